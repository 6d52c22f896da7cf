import { messageOf } from '@vedette/core/errors'
import * as v from 'valibot'

import { flag, goFlag } from './flag.ts'
import { isTarget } from './health/targets.ts'
import { kafkaConfigOf, kafkaVariables } from './kafka/kafka-config.ts'
import { logLevelOf } from './log.ts'
import { readSourcesConfig } from './sources/configuration.ts'
import type { SourcesConfig } from './sources/configuration.ts'

/** What an operator sets, read once from the environment. An invalid value stops the start with its variable's name. */
export type GatewayConfig = v.InferOutput<typeof ConfigSchema>

const text = v.optional(v.string())
const items = v.transform((value: string) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
const list = v.pipe(v.optional(v.string(), ''), items)
const wholeNumber = (what: string, max = Number.MAX_SAFE_INTEGER) =>
  v.pipe(v.string(), v.toNumber(what), v.integer(what), v.minValue(0, what), v.maxValue(max, what))
const port = wholeNumber('is not a port, 0 to 65535', 65_535)
const milliseconds = wholeNumber('is not a number of milliseconds')
/** Set but empty is what compose files make of a variable that is not set. */
const textOr = (fallback: string) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.transform((value) => value || fallback),
  )
/** As Go and Python read one. */
const edge = v.pipe(
  v.string(),
  v.url('is not the base URL of a Worker'),
  v.regex(/^https?:/i, 'is not the base URL of a Worker'),
)
const target = v.pipe(v.string(), v.check(isTarget, 'holds CIDRs, hosts and *.domains'))

const noTimeout = 'is not a number of seconds up to 300'
const seconds = v.pipe(
  v.string(),
  v.toNumber(noTimeout),
  v.gtValue(0, noTimeout),
  v.maxValue(300, noTimeout),
)
const sources = v.rawTransform<string, SourcesConfig>(({ dataset, addIssue, NEVER }) => {
  try {
    return readSourcesConfig(dataset.value)
  } catch (error) {
    addIssue({ message: messageOf(error) })
    return NEVER
  }
})

const EnvironmentSchema = v.object({
  ...kafkaVariables,
  PAP_TOPIC: text,
  TOPIC: text,
  GROUPID: text,
  PATCH_TOPIC: textOr('opa-pdp-data'),
  PATCH_GROUPID: text,
  API_USER: text,
  USER_NAME: text,
  API_PASSWORD: text,
  PASSWORD: text,
  USE_KAFKA_FOR_PATCH: goFlag,
  LOG_LEVEL: text,
  VEDETTE_HOST: textOr('127.0.0.1'),
  VEDETTE_PORT: v.pipe(textOr('8282'), port),
  VEDETTE_DATA_DIR: textOr('.vedette'),
  VEDETTE_TOKEN: v.optional(v.string(), ''),
  VEDETTE_SIGNING_KEY: text,
  VEDETTE_SIGNING_KEY_FILE: text,
  VEDETTE_EDGES: v.pipe(list, v.array(edge)),
  VEDETTE_ORIGINS: list,
  VEDETTE_PDP_NAME: v.optional(
    v.pipe(v.string(), v.regex(/^[\w.-]*$/, 'may hold letters, digits, - _ .')),
  ),
  VEDETTE_ASKER_USER: text,
  VEDETTE_ASKER_PASSWORD: text,
  VEDETTE_TLS_CERT_FILE: text,
  VEDETTE_TLS_KEY_FILE: text,
  VEDETTE_PRELOAD_DIR: text,
  VEDETTE_PHASE1: flag(false),
  VEDETTE_PDP_GROUP: textOr('opaGroup'),
  VEDETTE_PDP_TYPE: textOr('opa'),
  VEDETTE_UNHEALTHY_AFTER_MS: v.pipe(textOr('30000'), milliseconds),
  VEDETTE_LOOSE_PREFIXES: flag(false),
  VEDETTE_ALLOWED_TARGETS: v.pipe(list, v.array(target)),
  OPAL_DATA_CONFIG_SOURCES: v.pipe(v.optional(v.string(), ''), sources),
  OPAL_DATA_TOPICS: v.pipe(textOr('policy_data'), items),
  OPAL_HTTP_FETCHER_TIMEOUT: v.pipe(textOr('5'), seconds),
  OPAL_DATA_UPDATER_ENABLED: flag(true),
  OPAL_POLICY_UPDATER_ENABLED: flag(true),
  OPAL_OPA_HEALTH_CHECK_POLICY_ENABLED: flag(true),
  OPAL_SHOULD_REPORT_ON_DATA_UPDATES: flag(true),
  OPAL_DEFAULT_UPDATE_CALLBACKS: text,
  OPAL_DEFAULT_UPDATE_CALLBACK_CONFIG: text,
  VEDETTE_CALLBACK_PER: v.pipe(textOr('update'), v.picklist(['replica', 'update'])),
  VEDETTE_CALLBACK_SECRET: text,
  VEDETTE_REPORT_DISCLOSES: v.pipe(list, v.array(v.picklist(['config', 'data']))),
})

const ConfigSchema = v.pipe(
  EnvironmentSchema,
  // Half of it would be plain HTTP for who meant TLS.
  v.check(
    (env) => !env.VEDETTE_TLS_CERT_FILE === !env.VEDETTE_TLS_KEY_FILE,
    'VEDETTE_TLS_CERT_FILE and VEDETTE_TLS_KEY_FILE go together',
  ),
  v.transform((env) => ({
    kafka: kafkaConfigOf(env),
    papTopic: env.PAP_TOPIC || env.TOPIC || 'policy-pdp-pap',
    papGroupId: env.GROUPID || undefined,
    patchGroupId: env.PATCH_GROUPID || undefined,
    patchTopic: env.USE_KAFKA_FOR_PATCH ? env.PATCH_TOPIC : undefined,
    // The names after ?? are those of older deployments of OPA-PDP.
    api: {
      user: env.API_USER ?? env.USER_NAME ?? 'policyadmin',
      password: env.API_PASSWORD ?? env.PASSWORD ?? '',
    },
    logLevel: logLevelOf(env.LOG_LEVEL),
    host: env.VEDETTE_HOST,
    port: env.VEDETTE_PORT,
    dataDir: env.VEDETTE_DATA_DIR,
    token: env.VEDETTE_TOKEN,
    signingKey: env.VEDETTE_SIGNING_KEY,
    signingKeyFile: env.VEDETTE_SIGNING_KEY_FILE,
    edges: env.VEDETTE_EDGES,
    origins: env.VEDETTE_ORIGINS,
    pdpName: env.VEDETTE_PDP_NAME || undefined,
    asker: { user: env.VEDETTE_ASKER_USER ?? '', password: env.VEDETTE_ASKER_PASSWORD ?? '' },
    tls:
      env.VEDETTE_TLS_CERT_FILE && env.VEDETTE_TLS_KEY_FILE
        ? { certFile: env.VEDETTE_TLS_CERT_FILE, keyFile: env.VEDETTE_TLS_KEY_FILE }
        : undefined,
    pdp: {
      group: env.VEDETTE_PDP_GROUP,
      type: env.VEDETTE_PDP_TYPE,
      isPhase1: env.VEDETTE_PHASE1,
    },
    preloadDir: env.VEDETTE_PRELOAD_DIR || undefined,
    unhealthyAfterMs: env.VEDETTE_UNHEALTHY_AFTER_MS,
    loosePrefixes: env.VEDETTE_LOOSE_PREFIXES,
    allowedTargets: env.VEDETTE_ALLOWED_TARGETS,
    data: {
      sources: env.OPAL_DATA_CONFIG_SOURCES,
      topics: env.OPAL_DATA_TOPICS,
      fetchTimeoutMs: env.OPAL_HTTP_FETCHER_TIMEOUT * 1000,
    },
    updaters: { policy: env.OPAL_POLICY_UPDATER_ENABLED, data: env.OPAL_DATA_UPDATER_ENABLED },
    /** Whether policies see `data.system.opal`. */
    healthForPolicies: env.OPAL_OPA_HEALTH_CHECK_POLICY_ENABLED,
    callbacks: {
      enabled: env.OPAL_SHOULD_REPORT_ON_DATA_UPDATES,
      defaults: env.OPAL_DEFAULT_UPDATE_CALLBACKS,
      config: env.OPAL_DEFAULT_UPDATE_CALLBACK_CONFIG,
      per: env.VEDETTE_CALLBACK_PER,
      secret: env.VEDETTE_CALLBACK_SECRET,
      discloses: env.VEDETTE_REPORT_DISCLOSES,
    },
  })),
)

/** Reads the environment. Throws one sentence that names the variable and what is wrong with it. */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
): GatewayConfig {
  const parsed = v.safeParse(ConfigSchema, environment)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new Error(`${v.getDotPath(issue) ?? 'the environment'}: ${issue.message}`)
}
