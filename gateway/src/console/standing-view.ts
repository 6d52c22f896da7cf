import { find, setText } from './dom.ts'
import type { Replica } from './replica.ts'

/** Shows in the header what the page's replica stands on. */
export function showStanding(replica: Replica): void {
  const { state, revision, online } = replica.status()
  setText(find('pdp-state'), state ?? 'unknown')
  find('pdp-state').dataset['state'] = state === null ? 'unknown' : String(state === 'ACTIVE')
  setText(find('revision'), revision ?? 'none yet')
  setText(find('connection'), connectionOf(online, revision))
  find('connection').dataset['state'] = String(online)
  showPolicies(replica.inForce().policies.map(({ name, version }) => `${name} ${version}`))
}

function connectionOf(online: boolean, revision: string | null): string {
  if (online) return revision ? 'in sync' : 'connected, nothing to decide with yet'
  return revision ? 'offline, deciding with what is kept' : 'not connected, nothing to decide with'
}

function showPolicies(labels: readonly string[]): void {
  const list = find('policies')
  if (labels.join() === [...list.children].map((item) => item.textContent).join()) return
  list.replaceChildren(
    ...labels.map((label) => Object.assign(document.createElement('li'), { textContent: label })),
  )
}
