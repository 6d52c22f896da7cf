import type { PolicyIdentifier } from '../pap/tosca-policy.ts'

/** What the local PAP tells whoever started it. */
export type PapEvent =
  | { readonly kind: 'registered' | 'left'; readonly pdp: string }
  | {
      readonly kind: 'deployed' | 'undeployed'
      readonly pdp: string
      readonly policies: readonly PolicyIdentifier[]
    }
  | {
      readonly kind: 'refused'
      readonly pdp: string
      readonly policies: readonly PolicyIdentifier[]
      readonly reason: string
    }
  | { readonly kind: 'state'; readonly pdp: string; readonly state: string }
  | { readonly kind: 'unanswered'; readonly pdp: string; readonly reason: string }
  | { readonly kind: 'broken'; readonly path: string; readonly reason: string }

/** One line for a terminal. */
export function eventLine(event: PapEvent): string {
  return sentence(event).replaceAll(/\s+/g, ' ')
}

function sentence(event: PapEvent): string {
  switch (event.kind) {
    case 'registered':
      return `${event.pdp} registered`
    case 'left':
      return `${event.pdp} left`
    case 'deployed':
    case 'undeployed':
      return `${event.pdp} ${event.kind} ${names(event.policies)}`
    case 'refused':
      return `${event.pdp} refused ${names(event.policies)}: ${event.reason}`
    case 'state':
      return `${event.pdp} is ${event.state}`
    case 'unanswered':
      return `${event.pdp}: ${event.reason}`
    case 'broken':
      return `${event.path} is left out: ${event.reason}`
  }
}

function names(policies: readonly PolicyIdentifier[]): string {
  return policies.length === 0
    ? 'the update'
    : policies.map(({ name, version }) => `${name} ${version}`).join(', ')
}
