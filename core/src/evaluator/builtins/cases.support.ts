import { readLines } from '../fixtures/fixtures.ts'
import { formatValue } from '../value-format.ts'
import { parseValue } from '../value-text.ts'
import { BuiltinError } from './operand.ts'
import { loadBuiltins, type Builtins } from './table.ts'

/** `result` is null where the builtin yields nothing, and false where it is an error. */
type Case = readonly [builtin: string, operands: string, result: string | null | false]

/** The cases of a file (see the README of fixtures), and those that are answered otherwise. */
export async function checkCases(file: string): Promise<{ count: number; wrong: unknown[] }> {
  const cases = (await readLines(file)).map((line) => JSON.parse(line) as Case)
  const builtins = await loadBuiltins([...new Set(cases.map(([builtin]) => builtin))])
  const wrong = cases
    .map((each) => ({ each, answer: answer(builtins, each[0], each[1]) }))
    .filter(({ each, answer }) => each[2] !== answer)
  return { count: cases.length, wrong }
}

/** What a builtin makes of operands in OPA's value format, in that format. */
export function answer(builtins: Builtins, name: string, operands: string): string | null | false {
  const builtin = builtins.get(name)
  if (!builtin) throw new Error(`there is no ${name}`)
  try {
    const value = builtin(parseValue(operands) as never, {})
    return value === undefined ? null : formatValue(value)
  } catch (error) {
    if (error instanceof BuiltinError) return false
    throw error
  }
}
