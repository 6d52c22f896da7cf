import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import { onTestFinished } from 'vitest'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import { readConfig } from '../../gateway/src/config.ts'
import { startGateway } from '../../gateway/src/gateway.ts'
import type { Gateway } from '../../gateway/src/gateway.ts'
import { loadKeys } from '../../gateway/src/keys/keys.ts'
import type { Keys } from '../../gateway/src/keys/keys.ts'
import { createLog } from '../../gateway/src/log.ts'

/** A gateway inside the test, with the doors that OPAL's users know. It goes with the test. */
export interface OpalGateway {
  readonly url: string
  readonly keys: Keys
  /** Asks as the publisher. */
  call(method: string, path: string, options?: CallOptions): Promise<OpalAnswer>
  /** `POST /data/config`. */
  update(update: JsonObject, headers?: Readonly<Record<string, string>>): Promise<OpalAnswer>
  /** What is at a path of the data; undefined where nothing is. Told whether the PDP is ACTIVE or not. */
  data(path: string): Promise<Json | undefined>
  /** What the gateway decides with. */
  revision(): Promise<string>
  /** Ends it in order, and starts it again with what it kept. */
  restart(): Promise<void>
}

interface CallOptions {
  readonly body?: Json
  readonly headers?: Readonly<Record<string, string>>
}

interface OpalAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

export async function startOpalGateway(
  environment: Readonly<Record<string, string>> = {},
): Promise<OpalGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vedette-opal-'))
  const preloadDir = join(dataDir, 'policies')
  await mkdir(preloadDir)
  const config = readConfig({
    VEDETTE_PORT: '0',
    VEDETTE_DATA_DIR: dataDir,
    VEDETTE_TOKEN: 'token',
    API_PASSWORD: 'secret',
    // With no PAP around it decides at once.
    VEDETTE_PRELOAD_DIR: preloadDir,
    VEDETTE_ALLOWED_TARGETS: '127.0.0.0/8',
    ...environment,
  })
  const [keys, helperPath] = await Promise.all([loadKeys(config), ensureHelper()])
  const start = (port = config.port): Promise<Gateway> =>
    startGateway({ config: { ...config, port }, keys, helperPath, log: createLog('silent') })
  let gateway = await start()
  onTestFinished(async () => {
    await gateway.close()
    await rm(dataDir, { recursive: true })
  })

  const call: OpalGateway['call'] = async (method, path, { body, headers } = {}) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { authorization: 'Bearer token', ...headers },
      ...(body !== undefined && { body: stringifyJson(body) }),
    })
    const answer = parseJson(await response.text()) as JsonObject
    return { status: response.status, headers: response.headers, body: answer }
  }
  return {
    get url() {
      return gateway.url
    },
    keys,
    call,
    update: (body, headers = {}) => call('POST', '/data/config', { body, headers }),
    async data(path) {
      const headers = { authorization: `Basic ${btoa('policyadmin:secret')}` }
      const { body } = await call('GET', `/policy/pdpo/v1/data${path}`, { headers })
      return body['data']
    },
    async revision() {
      const { body } = await call('GET', '/fleet')
      const replicas = body['replicas'] as readonly JsonObject[]
      const own = replicas.find(({ kind }) => kind === 'gateway')
      return own?.['revision'] as string
    },
    async restart() {
      const { port } = new URL(gateway.url)
      await gateway.close()
      gateway = await start(Number(port))
    },
  }
}
