import { messageOf } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'

import type { PolicyIdentifier, ToscaPolicy } from '../../pap/tosca-policy.ts'
import type { Placed } from '../data/document.ts'
import type { RegoModule } from '../units/compile.ts'
import type { Checks } from './checks.ts'
import { checksOf } from './checks.ts'
import { decoded, decodedText, decodeUtf8, inSentence } from './decode.ts'
import { checkPackage } from './rego-module.ts'

/** A TOSCA policy with what it carries decoded. */
export interface Policy extends PolicyIdentifier {
  readonly tosca: ToscaPolicy
  readonly packages: readonly string[]
  readonly modules: readonly RegoModule[]
  /** Parents before what is below them. */
  readonly data: readonly Placed[]
  readonly checks: Checks
}

export const fileOf = (packageName: string): string => `${packageName}.rego`

/** Decodes modules, then data, then tests and examples, as the Go PDP does; throws its sentences for the first that cannot be. */
export function readPolicy(tosca: ToscaPolicy): Policy {
  const { name, version, properties } = tosca
  const modules = Object.entries(properties.policy).map(([key, text]) => {
    const source = decodedText(name, text, `${name}: ${fileOf(key)}`)
    inSentence(name, () => checkPackage(source, key))
    return { file: fileOf(key), source }
  })
  return {
    name,
    version,
    tosca,
    packages: Object.keys(properties.policy),
    modules,
    data: dataOf(tosca),
    checks: checksOf(tosca),
  }
}

export function isSame(a: PolicyIdentifier, b: PolicyIdentifier): boolean {
  return a.name === b.name && a.version === b.version
}

export const dataPath = (key: string): readonly string[] => key.split('.')

function dataOf({ name, properties }: ToscaPolicy): readonly Placed[] {
  return Object.entries(properties.data)
    .map(([key, text]) => ({ key, path: dataPath(key), bytes: decoded(name, text) }))
    .toSorted((a, b) => a.path.length - b.path.length)
    .map(({ key, path, bytes }) => ({ path, value: parseData(name, key, bytes) }))
}

/** What the Go PDP leaves to its compile step it also words like that. */
function parseData(name: string, key: string, bytes: Uint8Array): Json {
  const place = `failed to build Rego File for ${name}: ${key}`
  const text = decodeUtf8(bytes, place)
  try {
    return parseJson(text)
  } catch (cause) {
    throw new Error(`${place}: ${messageOf(cause)}`, { cause })
  }
}
