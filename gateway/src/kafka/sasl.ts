import { readFile } from 'node:fs/promises'

import type { SASLOptions } from './kafkajs.ts'
import { fetchToken } from './oauth.ts'

/** As kafkajs names them; a broker's documentation writes them in capitals. */
export const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'] as const
type MechanismName = (typeof mechanisms)[number]

export interface SaslConfig {
  /** Default: what the login module of the JAAS line is for, SCRAM-SHA-512 where it does not say. */
  readonly mechanism?: MechanismName | undefined
  readonly jaasLogin: string
  /** For a deployment without a JAAS line. */
  readonly username: string
  readonly password: string
  /** OAUTHBEARER: where a token is got for the client of the JAAS line. */
  readonly tokenUrl?: string | undefined
  /** OAUTHBEARER: a file with a token, which somebody else keeps fresh. */
  readonly tokenFile?: string | undefined
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

export function saslOptions(config: SaslConfig): SASLOptions {
  const mechanism = config.mechanism ?? mechanismOf(config.jaasLogin)
  if (mechanism === 'oauthbearer') return { mechanism, oauthBearerProvider: () => bearerOf(config) }
  const { username, password, jaasLogin } = config
  return { mechanism, ...(jaasLogin === '' ? { username, password } : parseJaasLogin(jaasLogin)) }
}

/** Reads the user and password of a JAAS line, as OPA-PDP does: when one of them is missing, both are empty. */
export function parseJaasLogin(line: string): Credentials {
  const username = optionOf(line, 'username')
  const password = optionOf(line, 'password')
  if (username === undefined || password === undefined) return { username: '', password: '' }
  return { username, password }
}

function mechanismOf(jaasLogin: string): MechanismName {
  if (jaasLogin.includes('.PlainLoginModule')) return 'plain'
  return jaasLogin.includes('.OAuthBearerLoginModule') ? 'oauthbearer' : 'scram-sha-512'
}

async function bearerOf({ jaasLogin, tokenUrl, tokenFile }: SaslConfig): Promise<Bearer> {
  if (tokenFile !== undefined) return { value: (await readFile(tokenFile, 'utf8')).trim() }
  if (tokenUrl === undefined) {
    throw new Error('OAUTHBEARER needs VEDETTE_KAFKA_TOKEN_FILE or VEDETTE_KAFKA_TOKEN_URL')
  }
  const value = await fetchToken({
    url: tokenUrl,
    clientId: optionOf(jaasLogin, 'clientId') ?? '',
    clientSecret: optionOf(jaasLogin, 'clientSecret') ?? '',
    scope: optionOf(jaasLogin, 'scope'),
  })
  return { value }
}

interface Bearer {
  readonly value: string
}

function optionOf(line: string, name: string): string | undefined {
  return new RegExp(`${name}=["'](.+?)["']`).exec(line)?.[1]
}
