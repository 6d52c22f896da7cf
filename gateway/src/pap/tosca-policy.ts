import * as v from 'valibot'

/** A name and a full semantic version: how a PAP identifies a policy. */
export interface PolicyIdentifier {
  readonly name: string
  readonly version: string
}

/**
 * One TOSCA policy of a PDP_UPDATE. What a PAP leaves out or sends as null is empty here, as in the
 * Go PDP: whether an empty name or a missing module is acceptable is for the deployment to say.
 */
export interface ToscaPolicy extends PolicyIdentifier {
  readonly type: string
  readonly type_version: string
  readonly properties: {
    /** Dotted data path → base64 of a JSON document. */
    readonly data: Texts
    /** Package name → base64 of a Rego module. */
    readonly policy: Texts
    /** File name → base64 of a Rego module of tests. This and the next are ours; an OPA-PDP passes over them. */
    readonly tests?: Texts | null | undefined
    /** File name → base64 of `{"entrypoint", "input"?, "result"?}`. */
    readonly examples?: Texts | null | undefined
  }
  readonly metadata: { readonly 'policy-id': string; readonly 'policy-version': string }
}

/** Characters in the names and texts of a policy's tests and examples, all together. */
export const checksLimit = 256 * 1024

export type Texts = Readonly<Record<string, string>>

const text = v.nullish(v.string(), '')

/** Not `v.record`: that drops a key called `constructor` or `prototype`, and a package may be called so. */
const texts = v.pipe(
  v.custom<Readonly<Record<string, string | null>>>(isTexts, 'Expected a map of names to texts'),
  v.transform(withEmptyForNull),
)
const textsOrNone = v.nullish(texts, {})

/** As Go's decoder, which makes an empty one of a null in a list. */
export const PolicyIdentifierSchema: v.GenericSchema<unknown, PolicyIdentifier> = v.nullish(
  v.object({ name: text, version: text }),
  {},
)

export const ToscaPolicySchema: v.GenericSchema<unknown, ToscaPolicy> = v.nullish(
  v.object({
    type: text,
    type_version: text,
    name: text,
    version: text,
    properties: v.nullish(
      v.object({
        data: textsOrNone,
        policy: textsOrNone,
        tests: v.nullish(texts),
        examples: v.nullish(texts),
      }),
      {},
    ),
    metadata: v.nullish(v.object({ 'policy-id': text, 'policy-version': text }), {}),
  }),
  {},
)

function isTexts(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((entry) => typeof entry === 'string' || entry === null)
  )
}

/** As Go's decoder: one policy without a text must not fail a message that brings others. */
function withEmptyForNull(map: Readonly<Record<string, string | null>>): Texts {
  return Object.fromEntries(Object.entries(map).map(([name, text]) => [name, text ?? '']))
}
