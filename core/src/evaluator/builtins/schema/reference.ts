import { isJsonArray, isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { BuiltinError } from '../operand.ts'
import { resolveUrl } from '../urls/resolve.ts'
import { urlText } from '../urls/url-text.ts'
import { parseUrl, type GoUrl } from '../urls/url.ts'
import { UnknownTextError } from './unknown-text-error.ts'

/** A reference (`gojsonreference`): a URL whose fragment may be a JSON pointer. */
export function parseReference(text: string): GoUrl {
  try {
    return parseUrl(text)
  } catch (error) {
    if (error instanceof BuiltinError) throw new UnknownTextError(error.message)
    throw error
  }
}

/** The one a child's is within its parent. */
export function inheritReference(parent: GoUrl, child: GoUrl): GoUrl {
  return parseReference(urlText(resolveUrl({ ...parent, fragment: '' }, child)))
}

export function withoutFragment(reference: GoUrl): string {
  return urlText({ ...reference, fragment: '' })
}

/** What its fragment points to. */
export function resolvePointer({ fragment }: GoUrl, document: Json): Json {
  if (!fragment.startsWith('/')) return document
  return fragment.slice(1).split('/').reduce(stepInto, document)
}

function stepInto(node: Json, token: string): Json {
  if (isJsonArray(node)) return itemAt(node, token)
  if (!isJsonObject(node)) throw new BuiltinError(`Invalid token reference '${token}'`)
  const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
  const member = Object.hasOwn(node, name) ? node[name] : undefined
  if (member === undefined) throw new BuiltinError(`Object has no key '${name}'`)
  return member
}

function itemAt(items: readonly Json[], token: string): Json {
  if (!/^[-+]?\d{1,15}$/.test(token)) throw new BuiltinError(`Invalid array index '${token}'`)
  const item = items[Number(token)]
  if (item === undefined)
    throw new BuiltinError(`Out of bound array[0,${items.length}] index '${Number(token)}'`)
  return item
}
