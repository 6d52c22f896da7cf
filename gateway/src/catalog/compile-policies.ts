import type { CompileError, CompiledUnit, Compiler } from './compile.ts'
import type { Policy } from './policy.ts'
import { fileOf } from './policy.ts'

/** Longer compiler output is cut; the Go PDP cuts at 200 bytes, before it says anything of use. */
const LONGEST_OUTPUT = 2000

export type Compilation =
  | { readonly unit: CompiledUnit | undefined }
  | { readonly errors: readonly CompileError[] }

/** Compiles all policies together; without a module there is nothing to compile. */
export async function compilePolicies(
  policies: readonly Policy[],
  compiler: Compiler,
): Promise<Compilation> {
  const modules = policies.flatMap((policy) => policy.modules)
  return modules.length === 0 ? { unit: undefined } : compiler.compile(modules)
}

/** Whether the compiler itself failed: that says nothing of policies which it compiled before. */
export function isCompilerFailure({ file, code }: CompileError): boolean {
  return file === '' || code.startsWith('ERR_COMPILE')
}

/** The policies whose modules the errors are in. */
export function culprits(
  errors: readonly CompileError[],
  policies: readonly Policy[],
): readonly Policy[] {
  const files = new Set(errors.map(({ file }) => file))
  return policies.filter((policy) => policy.packages.some((name) => files.has(fileOf(name))))
}

/** The Go PDP's sentence on a policy that does not compile: the errors in its modules, or all when there is none. */
export function buildFailure(policy: Policy, errors: readonly CompileError[]): string {
  const own = errors.filter(({ file }) => policy.packages.some((name) => fileOf(name) === file))
  const output = (own.length > 0 ? own : errors).map(lineOf).join('\n')
  const cut = output.length > LONGEST_OUTPUT ? `${output.slice(0, LONGEST_OUTPUT)}...` : output
  return `failed to build Rego File for ${policy.name}: ${cut}`
}

function lineOf({ file, row, column, code, message }: CompileError): string {
  return file === '' ? `${code}: ${message}` : `${file}:${row}:${column}: ${code}: ${message}`
}
