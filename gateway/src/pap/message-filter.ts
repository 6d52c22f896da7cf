import type { Envelope } from './envelope.ts'
import type { Assignment } from './pdp-status.ts'

/** Whether a record on the PAP's topic is for this PDP: by name, or by its group once it has one. */
export function isAddressedTo(
  pdp: { readonly name: string; readonly assignment: Assignment | undefined },
  { name, pdpGroup, pdpSubgroup }: Envelope,
): boolean {
  if (name !== '') return name === pdp.name
  if (pdpGroup === '' || pdp.assignment === undefined) return false
  if (pdpGroup !== pdp.assignment.group) return false
  return pdpSubgroup === '' || pdpSubgroup === pdp.assignment.subgroup
}
