import { isMap, isScalar, isSeq, parseAllDocuments, type ParsedNode, type YAMLMap } from 'yaml'

import type { Json } from '../../../json/json.ts'
import { setMember } from '../../../json/member.ts'
import { numberFrom } from '../../../json/number.ts'
import { BuiltinError } from '../operand.ts'
import { checkCharacters, checkFlow, checkKey, checkMarks, checkQuoted, refusal } from './check.ts'
import { failureOf } from './mistake.ts'
import { resolvePlain } from './resolve.ts'

const options = {
  schema: 'failsafe',
  uniqueKeys: false,
  merge: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const

/**
 * The first document as go-yaml 3 and then OPA read it; null when there is none. What both parsers might not read
 * alike is refused with a `RangeError`: aliases, tags, merges, keys that are no texts, and what `check.ts` lists.
 */
export function readYaml(text: string): Json {
  checkCharacters(text)
  const documents = [...parseAllDocuments(text, options)]
  const [problem] = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])
  if (problem) throw failureOf(problem, text)
  checkMarks(text)
  const [first, ...others] = documents.map(({ contents }) => ({ text, node: contents }))
  for (const place of others) checkOther(place)
  return first ? rootFrom(first) : null
}

/** go-yaml takes other documents apart, but makes no values of them: only some mistakes count. */
function checkOther(place: Place): void {
  try {
    rootFrom(place)
  } catch {
    throw refusal('such a second document')
  }
}

/** As far as a colon may be behind its key. */
const mostSpace = 1024

type Place = { readonly text: string; readonly node: ParsedNode | null }

function rootFrom(place: Place): Json {
  const { node } = place
  if (isScalar(node) && node.type?.startsWith('BLOCK')) throw refusal('a block as a document')
  return valueFrom(place)
}

function valueFrom({ text, node }: Place): Json {
  if (node === null) return null
  if (('anchor' in node && node.anchor !== undefined) || node.tag !== undefined)
    throw refusal('an anchor or tag')
  if (isScalar(node)) return scalarFrom({ text, node })
  if (!isMap(node) && !isSeq(node)) throw refusal('an alias')
  if (node.flow) checkFlow(sourceOf({ text, node }))
  return isSeq(node)
    ? node.items.map((item) => valueFrom({ text, node: item }))
    : objectFrom(text, node)
}

function objectFrom(text: string, { items, flow }: YAMLMap.Parsed): Json {
  const members: Record<string, Json> = {}
  for (const { key, value } of items) {
    checkKey(text.slice(key.range[0], key.range[1]), followingOf(text, key), flow === true)
    setMember(members, keyFrom({ text, node: key }), valueFrom({ text, node: value }))
  }
  return members
}

/** What stands behind a key, as far as its colon may be. */
function followingOf(text: string, { range }: ParsedNode): string {
  return text.slice(range[1], range[1] + mostSpace)
}

function keyFrom(place: Place): string {
  const { node } = place
  const isPlain = isScalar(node) && node.type === 'PLAIN'
  if (isPlain && node.value === '<<') throw refusal('a merge')
  const key = valueFrom(place)
  if (key === null) throw new BuiltinError('yaml: unsupported map key')
  if (isPlain && resolvePlain(String(node.value)).kind === 'float')
    throw refusal('a fraction as a key')
  if (typeof key === 'object') throw refusal('a key of several values')
  return String(key)
}

function scalarFrom(place: Place): Json {
  const { node } = place
  if (!isScalar(node)) return null
  const value = typeof node.value === 'string' ? node.value : ''
  if (node.type === 'PLAIN') return plainFrom(value)
  if (node.type?.startsWith('QUOTE')) checkQuoted(sourceOf(place))
  if (node.type?.startsWith('BLOCK') && !place.text.endsWith('\n'))
    throw refusal('a block at the very end')
  return value
}

function plainFrom(text: string): Json {
  const resolved = resolvePlain(text)
  if (resolved.kind === 'null') return null
  if (resolved.kind === 'boolean' || resolved.kind === 'integer') return resolved.value
  if (resolved.kind !== 'float') return text
  if (!Number.isFinite(resolved.value)) throw new BuiltinError('yaml: not a number of JSON')
  return numberFrom(Object.is(resolved.value, -0) ? '-0' : String(resolved.value))
}

function sourceOf({ text, node }: Place): string {
  return text.slice(node?.range[0], node?.range[1])
}
