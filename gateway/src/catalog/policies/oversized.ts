import { stringifyJson } from '@vedette/core/json/stringify'

import type { PolicyUpdate } from '../../pap/administration.ts'
import type { ToscaPolicy } from '../../pap/tosca-policy.ts'
import type { Contents } from './assemble.ts'
import { assemble, isInForce, namingAllThatGoes } from './assemble.ts'
import { readPolicy } from './policy.ts'

/**
 * Of an update that makes the data document larger than `limit` bytes, the policies that do, and what to say of them:
 * what comes first has its place, and so has what is small enough behind one that has none.
 */
export async function oversizedOf(
  current: Contents,
  update: PolicyUpdate,
  limit: number,
): Promise<ReadonlyMap<ToscaPolicy, string>> {
  const { policies, document } = await withoutAllThatGoes(current, update)
  const formers = new Map(policies.map(({ name, tosca }) => [name, tosca]))
  const oversized = new Map<ToscaPolicy, string>()
  let bytes = bytesOf(document)
  for (const tosca of update.deploy) {
    if (isInForce(current, tosca)) continue
    const former = formers.get(tosca.name)
    const more = bytesOfData(tosca) - (former ? bytesOfData(former) : 0)
    if (bytes + more <= limit) bytes += more
    else oversized.set(tosca, sentenceOn(tosca, limit))
  }
  return oversized
}

function withoutAllThatGoes(current: Contents, update: PolicyUpdate): Promise<Contents> {
  const { undeploy } = namingAllThatGoes(current, update)
  const rules = { refused: new Map(), loosePrefixes: false }
  return assemble(current, { deploy: [], undeploy, full: false }, rules)
}

/** What cannot be read is refused for that, and adds nothing. */
function bytesOfData(tosca: ToscaPolicy): number {
  try {
    const { data } = readPolicy(tosca)
    return data.reduce((sum, { path, value }) => sum + bytesOfPath(path) + bytesOf(value), 0)
  } catch {
    return 0
  }
}

/** With what stands around names in a document. */
function bytesOfPath(path: readonly string[]): number {
  return bytesOf(path) + 4 * path.length
}

function bytesOf(value: Parameters<typeof stringifyJson>[0]): number {
  return Buffer.byteLength(stringifyJson(value))
}

function sentenceOn({ name }: ToscaPolicy, limit: number): string {
  return `failed to build Rego File for ${name}: the data document would be larger than ${limit} bytes`
}
