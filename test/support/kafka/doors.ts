import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { freePort } from './broker.ts'
import type { Listener } from './broker.ts'

const run = promisify(execFile)

/** PEM files of a key and of the certificate that it signed itself. */
export interface Identity {
  readonly key: string
  readonly cert: string
}

/** Someone at 127.0.0.1 whose certificate is its own authority. */
export async function makeIdentity(directory: string, name: string): Promise<Identity> {
  const identity = { key: join(directory, `${name}.key`), cert: join(directory, `${name}.crt`) }
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const names = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  const files = ['-keyout', identity.key, '-out', identity.cert]
  await run('openssl', ['req', '-x509', ...curve, '-days', '1', ...names, ...files])
  return identity
}

/** A door for users who know their password, and for whoever has a token, signed or not. */
export async function passwordDoor(users: Readonly<Record<string, string>>): Promise<Listener> {
  const prefix = 'listener.name.secret'
  const known = Object.entries(users).map(([name, password]) => ` user_${name}="${password}"`)
  const login = 'org.apache.kafka.common.security'
  const properties = `
${prefix}.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
${prefix}.plain.sasl.jaas.config=${login}.plain.PlainLoginModule required${known.join('')};
${prefix}.scram-sha-256.sasl.jaas.config=${login}.scram.ScramLoginModule required;
${prefix}.scram-sha-512.sasl.jaas.config=${login}.scram.ScramLoginModule required;
${prefix}.oauthbearer.sasl.jaas.config=${login}.oauthbearer.OAuthBearerLoginModule required;`
  return { name: 'SECRET', protocol: 'SASL_PLAINTEXT', port: await freePort(), properties }
}

/** A door for whoever has the key of `client`'s certificate. */
export async function mutualTlsDoor(server: Identity, client: Identity): Promise<Listener> {
  const prefix = 'listener.name.mutual.ssl'
  const keystore = `${server.cert}.pem`
  await writeFile(keystore, [await readFile(server.key), await readFile(server.cert)].join('\n'))
  const properties = `
${prefix}.client.auth=required
${prefix}.keystore.type=PEM
${prefix}.keystore.location=${keystore}
${prefix}.truststore.type=PEM
${prefix}.truststore.location=${client.cert}`
  return { name: 'MUTUAL', protocol: 'SSL', port: await freePort(), properties }
}
