import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'

export interface PolicySource {
  readonly name: string
  readonly version?: string
  /** Rego by package. */
  readonly policy: Readonly<Record<string, string>>
  /** JSON documents by dotted path. */
  readonly data?: Readonly<Record<string, Json>>
}

/** A policy as a PAP sends it. */
export function toscaPolicy({ name, version = '1.0.0', policy, data = {} }: PolicySource): object {
  return {
    type: 'onap.policies.native.opa',
    type_version: '1.0.0',
    description: `the policy ${name}`,
    properties: {
      data: mapped(data, (value) => base64(stringifyJson(value))),
      policy: mapped(policy, base64),
    },
    name,
    version,
    metadata: { 'policy-id': name, 'policy-version': version, source: 'test' },
  }
}

/** A policy of one package and no data. */
export function oneModule(name: string, rego: string, version = '1.0.0'): object {
  return toscaPolicy({ name, version, policy: { [name]: `package ${name}\n\n${rego}\n` } })
}

/** With the line breaks that some encoders put in. */
function base64(text: string): string {
  const encoded = Buffer.from(text).toString('base64')
  return encoded.replaceAll(/.{76}(?=.)/g, '$&\r\n')
}

function mapped<T>(
  record: Readonly<Record<string, T>>,
  change: (value: T) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
