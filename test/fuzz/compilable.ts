import { CompileFault } from '../../gateway/src/cli/compile-fault.ts'
import type { Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { textOf } from './fragment.ts'
import { moduleOf, withoutParts, type Part } from './modules.ts'

/** Random expressions have wrong types now and then: the parts that OPA compiles, which may be none. */
export async function compilableParts(
  parts: readonly Part[],
  toolchain: Toolchain,
): Promise<readonly Part[]> {
  const rows = await faultyRows(parts, toolchain)
  if (rows.length === 0) return parts
  const faulty = parts.filter((_, at) => rows.some((row) => isWithin(row, parts, at)))
  const names = new Set(faulty.map(({ definition }) => definition.name))
  return compilableParts(withoutParts(names, parts), toolchain)
}

async function faultyRows(
  parts: readonly Part[],
  toolchain: Toolchain,
): Promise<readonly number[]> {
  const modules = [{ file: 'fuzz.rego', source: textOf(moduleOf(parts)) }]
  try {
    await toolchain.ask('compile', { modules, targets: [] })
    return []
  } catch (error) {
    if (error instanceof CompileFault) return error.errors.map(({ row }) => row)
    throw error
  }
}

function isWithin(row: number, parts: readonly Part[], at: number): boolean {
  const rowAfter = (until: number): number =>
    textOf(moduleOf(parts.slice(0, until))).split('\n').length
  return row >= rowAfter(at) && row < rowAfter(at + 1)
}
