import type { PolicyUpdate, UpdateOutcome } from './administration.ts'
import type { PolicyIdentifier } from './tosca-policy.ts'

/** Characters of errors: a broker takes 1 MB by default, in which they may be three times as long. */
const LONGEST_ERRORS = 250_000

/** A constant whatever the transition: what the Go PDP says. */
export const STATE_CHANGED = 'PDP State Changed From PASSIVE TO Active'

/** The answer's text for an update that was carried out, in the Go PDP's words. */
export function updateMessage(update: PolicyUpdate, outcome: UpdateOutcome): string {
  if (hasErrors(outcome)) return failureMessage(outcome)
  const undeployed = update.undeploy.length > 0 ? `,${versionMap(outcome.undeployed)}` : ''
  if (update.deploy.length > 0) {
    return `PDP Update Successful for all policies: ${versionMap(outcome.deployed)}${undeployed}`
  }
  if (undeployed !== '') return `PDP Update Policies undeployed :${undeployed}`
  return 'PDP UPDATE is successfull'
}

export function hasErrors({ deployErrors, undeployErrors }: UpdateOutcome): boolean {
  return deployErrors.length > 0 || undeployErrors.length > 0
}

function failureMessage({ deployErrors, undeployErrors }: UpdateOutcome): string {
  const parts = [
    ...errorPart('Deployment Errors', deployErrors),
    ...errorPart('UnDeployment Errors', undeployErrors),
  ]
  return `PDP Update Failed: [${parts.join(' ')}]`
}

/** Without a separator between errors, as the Go PDP. */
function errorPart(title: string, errors: readonly string[]): readonly string[] {
  if (errors.length === 0) return []
  const told = fitting(errors)
  const more = errors.length - told.length
  return [`{${title}:${told.join('')}${more > 0 ? ` and ${more} more` : ''}}`]
}

/** An answer that no broker takes would never be heard. */
function fitting(errors: readonly string[]): readonly string[] {
  let room = LONGEST_ERRORS
  return errors.filter(({ length }) => (room -= length) >= 0)
}

/** Name → version as Go prints a map: sorted, one space of indent. */
function versionMap(policies: readonly PolicyIdentifier[]): string {
  const versions = new Map(policies.map(({ name, version }) => [name, version]))
  const lines = [...versions]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, version]) => ` ${JSON.stringify(name)}: ${JSON.stringify(version)}`)
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n}`
}
