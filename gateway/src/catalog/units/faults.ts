import type { Policy } from '../policies/policy.ts'
import { fileOf } from '../policies/policy.ts'
import type { CompileError } from './compile.ts'

/** Longer compiler output is cut; the Go PDP cuts at 200 bytes, before it says anything of use. */
const LONGEST_OUTPUT = 2000

/** A compiler's error, and the policy whose unit shows it; none where modules could not even be parsed. */
export interface Fault {
  readonly unit?: Policy
  readonly error: CompileError
}

/** Whether the compiler itself failed: that says nothing of policies which it compiled before. */
export function isCompilerFailure({ file, code }: CompileError): boolean {
  return file === '' || code.startsWith('ERR_COMPILE')
}

/** The policies that the faults are in; a fault in no module is in the unit that shows it. */
export function culprits(faults: readonly Fault[], policies: readonly Policy[]): readonly Policy[] {
  const files = new Set(faults.map(({ error }) => error.file))
  const units = new Set(faults.filter(({ error }) => error.file === '').map(({ unit }) => unit))
  return policies.filter(
    (policy) => units.has(policy) || policy.packages.some((name) => files.has(fileOf(name))),
  )
}

/** The Go PDP's sentence on a policy that does not compile: the errors in its modules, or all when there is none. */
export function buildFailure(policy: Policy, faults: readonly Fault[]): string {
  const own = faults.filter((fault) => culprits([fault], [policy]).length > 0)
  const lines = new Set((own.length > 0 ? own : faults).map(({ error }) => lineOf(error)))
  const output = [...lines].join('\n')
  const cut = output.length > LONGEST_OUTPUT ? `${output.slice(0, LONGEST_OUTPUT)}...` : output
  return `failed to build Rego File for ${policy.name}: ${cut}`
}

export function lineOf({ file, row, column, code, message }: CompileError): string {
  return file === '' ? `${code}: ${message}` : `${file}:${row}:${column}: ${code}: ${message}`
}
