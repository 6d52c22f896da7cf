import { existsSync } from 'node:fs'

import * as v from 'valibot'

import { flag } from '../flag.ts'
import { mechanisms } from './sasl.ts'
import type { SaslConfig } from './sasl.ts'
import type { TlsFiles } from './tls.ts'

/** A broker, and how it and we know each other. */
export interface KafkaConfig {
  /** Bootstrap servers, `host:port`, comma separated. */
  readonly url: string
  readonly sasl?: SaslConfig | undefined
  readonly tls?: TlsFiles | undefined
}

const text = v.optional(v.string())
/** Of our own variables: set but empty is what compose files make of a variable that is not set. */
const filled = v.pipe(
  text,
  v.transform((value) => value || undefined),
)
const isFile = v.check((path: string) => existsSync(path), 'names no file')
const file = v.pipe(filled, v.optional(v.pipe(v.string(), isFile)))
const mechanism = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.picklist(mechanisms, `is one of ${mechanisms.join(', ')}`),
)

/** OPA-PDP's variables, what older deployments call them, and ours for what it never had. */
export const kafkaVariables = {
  KAFKA_URL: text,
  BOOSTSTRAP_SERVER: text,
  UseSASLForKAFKA: text,
  JAASLOGIN: v.optional(v.string(), ''),
  KAFKA_USERNAME: v.optional(v.string(), ''),
  KAFKA_PASSWORD: v.optional(v.string(), ''),
  VEDETTE_KAFKA_SASL_MECHANISM: v.pipe(filled, v.optional(mechanism)),
  VEDETTE_KAFKA_TOKEN_URL: v.pipe(filled, v.optional(v.pipe(v.string(), v.url('is no URL')))),
  VEDETTE_KAFKA_TOKEN_FILE: file,
  VEDETTE_KAFKA_TLS: flag(false),
  VEDETTE_KAFKA_CA_FILE: file,
  VEDETTE_KAFKA_CERT_FILE: file,
  VEDETTE_KAFKA_KEY_FILE: file,
} as const

type KafkaVariables = v.InferOutput<v.ObjectSchema<typeof kafkaVariables, undefined>>

/** `undefined` when no broker is named. */
export function kafkaConfigOf(env: KafkaVariables): KafkaConfig | undefined {
  const url = env.KAFKA_URL ?? env.BOOSTSTRAP_SERVER
  if (!url) return undefined
  return { url, sasl: saslOf(env), tls: tlsOf(env) }
}

/** As for OPA-PDP nothing but exactly `true` is yes. */
function saslOf(env: KafkaVariables): SaslConfig | undefined {
  if (env.UseSASLForKAFKA !== 'true') return undefined
  return {
    mechanism: env.VEDETTE_KAFKA_SASL_MECHANISM,
    jaasLogin: env.JAASLOGIN,
    username: env.KAFKA_USERNAME,
    password: env.KAFKA_PASSWORD,
    tokenUrl: env.VEDETTE_KAFKA_TOKEN_URL,
    tokenFile: env.VEDETTE_KAFKA_TOKEN_FILE,
  }
}

/** Whoever names a certificate wants TLS; `VEDETTE_KAFKA_TLS` is for those who trust the system's. */
function tlsOf(env: KafkaVariables): TlsFiles | undefined {
  const ca = env.VEDETTE_KAFKA_CA_FILE
  const cert = env.VEDETTE_KAFKA_CERT_FILE
  const key = env.VEDETTE_KAFKA_KEY_FILE
  const isWanted = env.VEDETTE_KAFKA_TLS || [ca, cert, key].some(Boolean)
  return isWanted ? { ca, cert, key } : undefined
}
