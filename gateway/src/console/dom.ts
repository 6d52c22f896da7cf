/** The element of the page with this `data-testid`: tests and page find things by the same name. */
export function find<T extends HTMLElement = HTMLElement>(name: string): T {
  return known(document.querySelector<T>(`[data-testid="${name}"]`), name)
}

/** The part of a template's copy with this `data-part`. */
export function part(root: ParentNode, name: string): HTMLElement {
  return known(root.querySelector<HTMLElement>(`[data-part="${name}"]`), name)
}

/** A new copy of the one element in the template `id`. */
export function copy(id: string): HTMLElement {
  const template = known(document.querySelector<HTMLTemplateElement>(`template#${id}`), id)
  return known(template.content.firstElementChild, id).cloneNode(true) as HTMLElement
}

/** Leaves alone what is already so: nothing flickers, and no screen reader speaks twice. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** Shows `text` in a line that is hidden otherwise. */
export function setNotice(element: HTMLElement, text: string | undefined): void {
  setText(element, text ?? '')
  element.hidden = text === undefined
}

function known<T>(found: T | null, name: string): T {
  if (found === null) throw new Error(`the page has no '${name}'`)
  return found
}
