import type { Candidate } from '../program.ts'
import type { Builder, Callee, Read, Step } from './builder.ts'

/** Behind what the planner puts around such a call: base data is not asked where there is a rule. */
const undefinedRule = 4

/** The closure that calls the rule of a path some parts of which are only known now. */
export function dynamicCaller(
  slot: number,
  path: readonly Read[],
  table: readonly Candidate[],
  { frame, callees }: Builder,
): Step {
  const rules = new Map<string, Callee | undefined>()
  for (const [parts, callee] of table)
    rules.set(nameOf(parts), callee === null ? undefined : callees[callee])
  return () => {
    const parts: string[] = []
    for (const read of path) {
      const part = read()
      if (typeof part !== 'string') return 1
      parts.push(part)
    }
    const name = nameOf(parts)
    if (!rules.has(name)) return 1
    frame[slot] = rules.get(name)?.run()
    return frame[slot] === undefined ? undefinedRule : 0
  }
}

/** One text for one path. */
function nameOf(parts: readonly string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : JSON.stringify(parts)
}
