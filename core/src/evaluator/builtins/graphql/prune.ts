import type { RegoValue } from '../../value.ts'

/**
 * What a policy gets of a syntax tree: without what is absent or empty, and without our own marks (`node`). Texts,
 * numbers and booleans stay, however empty they are.
 */
export function prune(tree: object): RegoValue {
  const members: Record<string, RegoValue> = {}
  for (const [name, member] of Object.entries(tree)) {
    const value = name === 'node' ? undefined : pruneMember(member)
    if (value !== undefined) members[name] = value
  }
  return members
}

function pruneMember(member: unknown): RegoValue | undefined {
  if (Array.isArray(member)) {
    const items = member.map(pruneMember).filter((item) => item !== undefined)
    return items.length > 0 ? items : undefined
  }
  if (typeof member === 'object' && member !== null) {
    const members = prune(member)
    return Object.keys(members as object).length > 0 ? members : undefined
  }
  return typeof member === 'string' || typeof member === 'number' || typeof member === 'boolean'
    ? member
    : undefined
}
