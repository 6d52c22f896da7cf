import * as v from 'valibot'
import { parse } from 'yaml'

import { issueText } from '../pap/issue-text.ts'
import { ToscaPolicySchema } from '../pap/tosca-policy.ts'
import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import { SourceError } from './source-error.ts'

const POLICY_TYPE = 'onap.policies.native.opa'

const NAME = /^[A-Za-z0-9\-_.]+$/
const VERSION =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z\-.]+)?(?:\+[0-9A-Za-z\-.]+)?$/

/** As far as the policy API looks: a list of one-entry maps, name → policy. */
const TemplateSchema = v.object({
  tosca_definitions_version: v.string(),
  topology_template: v.object({
    policies: v.array(v.record(v.string(), v.record(v.string(), v.unknown()))),
  }),
})

export function isPolicyName(name: string): boolean {
  return NAME.test(name)
}

/** The document of a YAML or JSON text when it says it is a TOSCA service template. Throws a `SourceError`. */
export function parseTemplate(text: string): unknown {
  const document = parseYaml(text)
  const isTemplate =
    typeof document === 'object' && document !== null && 'tosca_definitions_version' in document
  return isTemplate ? document : undefined
}

/** The policies of a service template, as the PAP sends them. Throws a `SourceError`. */
export function readTemplate(document: unknown): readonly ToscaPolicy[] {
  const { topology_template: topology } = checked(
    TemplateSchema,
    document,
    'It is no TOSCA service template',
  )
  return topology.policies.flatMap((entries) => Object.entries(entries)).map(readPolicy)
}

/** A policy under its name and version; what the PAP's own store adds, is added. */
export function namedPolicy(
  name: string,
  version: string,
  properties: ToscaPolicy['properties'],
): ToscaPolicy {
  return {
    type: POLICY_TYPE,
    type_version: '1.0.0',
    name,
    version,
    properties,
    metadata: { 'policy-id': name, 'policy-version': version },
  }
}

function readPolicy([key, definition]: [string, Record<string, unknown>]): ToscaPolicy {
  const policy = checked(
    ToscaPolicySchema,
    { name: key, ...definition },
    `Policy '${key}' is not readable`,
  )
  const { name, version } = policy
  if (!isPolicyName(name)) throw new SourceError(`'${name}' cannot be the name of a policy.`)
  if (!VERSION.test(version)) {
    throw new SourceError(`Policy '${name}' needs a version such as 1.0.0, not '${version}'.`)
  }
  return { ...namedPolicy(name, version, policy.properties), ...typeOf(policy) }
}

function typeOf({ type, type_version }: ToscaPolicy): Partial<ToscaPolicy> {
  return {
    ...(type === '' ? {} : { type }),
    ...(type_version === '' ? {} : { type_version }),
  }
}

function parseYaml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new SourceError('It is neither YAML nor JSON.', { cause: error })
  }
}

function checked<Output>(
  schema: v.GenericSchema<unknown, Output>,
  value: unknown,
  complaint: string,
): Output {
  const { success, output, issues } = v.safeParse(schema, value)
  if (success) return output
  throw new SourceError(`${complaint}: ${issueText(issues)}.`)
}
