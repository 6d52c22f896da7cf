import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { builtinNames } from '@vedette/core/evaluator/builtins/table'
import * as v from 'valibot'

import { opaDirectory } from '../support/opa-directory.ts'

/** A type as OPA's capabilities.json writes it, as far as operands are made by it. */
export interface Type {
  readonly type: string
  /** Of a set: what is in it; of `any`: the types it may be. */
  readonly of?: Type | readonly Type[] | undefined
  /** Of an array: its further items; of an object: its further members. */
  readonly dynamic?: unknown
}

export interface Signature {
  readonly name: string
  readonly operands: readonly Type[]
}

const TypeSchema: v.GenericSchema<unknown, Type> = v.object({
  type: v.string(),
  of: v.optional(v.lazy(() => v.union([v.array(TypeSchema), TypeSchema]))),
  dynamic: v.optional(v.unknown()),
})

const FileSchema = v.object({
  builtins: v.array(
    v.object({
      name: v.string(),
      decl: v.object({ args: v.optional(v.array(TypeSchema), []) }),
      infix: v.optional(v.string()),
      relation: v.optional(v.boolean()),
      nondeterministic: v.optional(v.boolean()),
      deprecated: v.optional(v.boolean()),
    }),
  ),
})

/** Would not answer the same twice, though OPA does not say so, or has no value to compare. */
const leftOut: readonly string[] = ['print', 'trace', 'rego.metadata.chain', 'rego.metadata.rule']

/** The builtins that policies may call here by name, as OPA declares them. */
export async function readSignatures(): Promise<readonly Signature[]> {
  const text = await readFile(join(await opaDirectory(), 'capabilities.json'), 'utf8')
  const { builtins } = v.parse(FileSchema, JSON.parse(text))
  const both = capabilities.filter((name) => builtinNames.includes(name))
  const ours = new Set(both.filter((name) => !leftOut.includes(name)))
  return builtins
    .filter(({ name }) => ours.has(name) && !name.startsWith('internal.'))
    .filter((each) => !(each.infix ?? each.relation ?? each.nondeterministic ?? each.deprecated))
    .map(({ name, decl }) => ({ name, operands: decl.args }))
}
