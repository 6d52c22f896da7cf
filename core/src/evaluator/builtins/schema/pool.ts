import { isJsonArray, isJsonObject } from '../../../json/equal.ts'
import type { Json, JsonObject } from '../../../json/json.ts'
import { setMember } from '../../../json/member.ts'
import { BuiltinError } from '../operand.ts'
import { urlText } from '../urls/url-text.ts'
import type { GoUrl } from '../urls/url.ts'
import { draftOf, type Draft } from './draft.ts'
import { inheritReference, parseReference, resolvePointer, withoutFragment } from './reference.ts'
import { sortedEntries } from './sorted-entries.ts'

export interface PooledDocument {
  readonly document: Json
  readonly draft: Draft | undefined
}

/** A schema and its parts by the URLs they have, its references absolute (`gojsonschema`'s schemaPool.go). */
export class Pool {
  readonly #documents = new Map<string, PooledDocument>()

  /** The schema with every reference absolute. */
  add(schema: Json): Json {
    const base = parseReference('')
    const draft = draftOf(schema)
    const document = this.#resolve(schema, base, draft)
    this.#documents.set('', { document, draft })
    return document
  }

  /** Only what is in the schema: a reference to anywhere else would need the network. */
  get(reference: GoUrl): PooledDocument {
    const text = urlText(reference)
    const known = this.#documents.get(text)
    if (known) return known
    const whole = this.#documents.get(withoutFragment(reference))
    if (whole) {
      const part = { document: resolvePointer(reference, whole.document), draft: whole.draft }
      this.#documents.set(text, part)
      return part
    }
    if (isCanonical(reference)) throw new RangeError('schemas of other places are not read')
    throw new BuiltinError(`Reference ${text} must be canonical`)
  }

  #resolve(node: Json, base: GoUrl, draft: Draft | undefined): Json {
    if (isJsonArray(node)) return node.map((item) => this.#resolve(item, base, draft))
    if (!isJsonObject(node)) return node
    const id = idOf(node)
    const own = (id !== undefined && inherit(base, id)) || base
    const members: Record<string, Json> = {}
    if (own !== base) this.#expectNew(urlText(own))
    for (const [name, member] of sortedEntries(node))
      setMember(members, name, this.#resolveMember([name, member], own, draft))
    if (own !== base) this.#documents.set(urlText(own), { document: members, draft })
    return members
  }

  #resolveMember(
    [name, member]: readonly [string, Json],
    base: GoUrl,
    draft: Draft | undefined,
  ): Json {
    if (name === '$ref' && typeof member === 'string') return absolute(base, member)
    if (name === 'const' || name === 'enum') return member
    if (!namedSchemas.has(name) || !isJsonObject(member)) return this.#resolve(member, base, draft)
    const schemas: Record<string, Json> = {}
    for (const [key, schema] of sortedEntries(member))
      setMember(schemas, key, this.#resolve(schema, base, draft))
    return schemas
  }

  #expectNew(text: string): void {
    if (this.#documents.has(text)) throw new BuiltinError(`Reference already exists: "${text}"`)
  }
}

/** Their members are schemas by name, not keywords. */
const namedSchemas = new Set(['properties', 'dependencies', 'patternProperties'])

function absolute(base: GoUrl, reference: string): string {
  const url = inherit(base, reference)
  return url ? urlText(url) : reference
}

/** What is no reference is found when it is read as one. */
function inherit(base: GoUrl, reference: string): GoUrl | undefined {
  try {
    return inheritReference(base, parseReference(reference))
  } catch (error) {
    if (error instanceof BuiltinError) return undefined
    throw error
  }
}

/** `id` comes before `$id`, whatever it is. */
function idOf(node: JsonObject): string | undefined {
  const id = Object.hasOwn(node, 'id') ? node['id'] : node['$id']
  return typeof id === 'string' ? id : undefined
}

/** With a scheme and a host, or a file with a whole path. */
function isCanonical({ scheme, host, path }: GoUrl): boolean {
  return scheme === 'file' ? path.startsWith('/') : scheme !== '' && host !== ''
}
