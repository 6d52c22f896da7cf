/**
 * Whether arrays and objects are nested deeper than `levels`. Takes no call for what is neither: it is the first of
 * all walks, which nothing has made quick yet.
 */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels <= 0) return true
  if (Array.isArray(value)) {
    for (const item of value)
      if (typeof item === 'object' && isDeeper(item, levels - 1)) return true
    return false
  }
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key]
    if (typeof member === 'object' && isDeeper(member, levels - 1)) return true
  }
  return false
}
