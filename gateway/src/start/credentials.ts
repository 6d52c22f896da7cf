import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

import * as v from 'valibot'

import { makeSecretFile } from '../keys/secret-file.ts'

const CredentialsSchema = v.object({ token: v.string(), apiPassword: v.string() })
export type Credentials = v.InferOutput<typeof CredentialsSchema>

/** What the environment sets, and for the rest what was made up at the first start and kept in the data directory. */
export async function loadCredentials(
  dataDir: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Credentials> {
  const path = join(dataDir, 'credentials.json')
  const { text } = await makeSecretFile(path, () =>
    JSON.stringify({ token: secret(), apiPassword: secret() }),
  )
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), CredentialsSchema), text)
  if (!read.success)
    throw new Error(`${path} holds no credentials: remove it, and others are made up`)
  const kept = read.output
  return {
    token: environment['VEDETTE_TOKEN'] ?? kept.token,
    apiPassword: environment['API_PASSWORD'] ?? kept.apiPassword,
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url')
}
