/** A text on its way through a pattern, and where it has been to no avail. */
export type Run = { readonly text: string; tried: Set<number> | undefined }

/** Whether the text from a place on matches what is left of the pattern. */
export type Step = (run: Run, at: number) => boolean

/** A part of a pattern, put in front of what follows it. */
export type Part = (next: Step) => Step

/** Tells the places of a pattern apart where it has a choice; 0 is the one it cannot come back to. */
export type Choice = number

export function createRun(text: string): Run {
  return { text, tried: undefined }
}

export function joinParts(parts: readonly Part[], next: Step): Step {
  return parts.reduceRight((following, part) => part(following), next)
}

export const end: Step = ({ text }, at) => at === text.length

export function literal(wanted: string): Part {
  return (next) => (run, at) => run.text.startsWith(wanted, at) && next(run, at + wanted.length)
}

export function character(accepts: (character: string) => boolean): Part {
  return (next) => (run, at) => {
    const found = characterAt(run.text, at)
    return found !== '' && accepts(found) && next(run, at + found.length)
  }
}

/** Any characters but separators. */
export function star(separators: string, choice: Choice): Part {
  return (next) => (run, start) => {
    let at = start
    while (isNew(run, choice, at)) {
      if (next(run, at)) return true
      const found = characterAt(run.text, at)
      if (found === '' || separators.includes(found)) return false
      at += found.length
    }
    return false
  }
}

export function alternatives(branches: readonly (readonly Part[])[], choice: Choice): Part {
  return (next) => {
    const steps = branches.map((parts) => joinParts(parts, next))
    return (run, at) => isNew(run, choice, at) && steps.some((step) => step(run, at))
  }
}

/** Each choice is tried once at each place, so that no pattern takes longer than its length times the text's. */
function isNew(run: Run, choice: Choice, at: number): boolean {
  if (choice === 0) return true
  const key = choice * (run.text.length + 1) + at
  const tried = (run.tried ??= new Set())
  if (tried.has(key)) return false
  tried.add(key)
  return true
}

/** Empty at the end. */
function characterAt(text: string, at: number): string {
  const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800
  return isPair ? text.slice(at, at + 2) : text.charAt(at)
}
