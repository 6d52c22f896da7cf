import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import { readConfig } from '../../gateway/src/config.ts'
import { startGateway } from '../../gateway/src/gateway.ts'
import type { Gateway, GatewayOptions } from '../../gateway/src/gateway.ts'
import { loadKeys } from '../../gateway/src/keys/keys.ts'
import { createLog } from '../../gateway/src/log.ts'

/** A gateway inside the test, on topics of the test, with the doors of an OPA-PDP. */
export interface OnapGateway extends AsyncDisposable {
  readonly pdpName: string
  readonly url: string
  /** Asks with the credentials that the gateway has, unless `headers` says otherwise. */
  call(method: string, path: string, options?: CallOptions): Promise<OnapAnswer>
  /** Ends it in order, and starts it again with what it kept. */
  restart(whileDown?: () => void | Promise<void>): Promise<void>
}

interface CallOptions {
  /** JSON, or a text as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** `X-ONAP-RequestID`. */
  readonly requestId?: string
}

export interface OnapAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The text as JSON; undefined when it is none. */
  readonly body: unknown
}

export interface OnapGatewayOptions extends Pick<GatewayOptions, 'topic' | 'patches'> {
  /** Variables, beyond a password and any free port. */
  readonly environment?: Readonly<Record<string, string>>
  /** Default: none. */
  readonly log?: GatewayOptions['log']
}

const authorization = `Basic ${btoa('policyadmin:secret')}`

export async function startOnapGateway(options: OnapGatewayOptions): Promise<OnapGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vedette-onap-'))
  let gateway = await start(dataDir, options)
  return {
    get pdpName() {
      return gateway.pdpName
    },
    get url() {
      return gateway.url
    },
    async call(method, path, { body, requestId, headers = { authorization } } = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const response = await fetch(`${gateway.url}${path}`, {
        method,
        headers: { ...headers, ...(requestId && { 'x-onap-requestid': requestId }) },
        ...(body !== undefined && { body: text }),
      })
      return read(response)
    },
    async restart(whileDown) {
      await gateway.close()
      await whileDown?.()
      gateway = await start(dataDir, options)
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

async function start(
  dataDir: string,
  { environment, ...topics }: OnapGatewayOptions,
): Promise<Gateway> {
  const config = readConfig({
    VEDETTE_PORT: '0',
    VEDETTE_DATA_DIR: dataDir,
    API_PASSWORD: 'secret',
    ...environment,
  })
  const [keys, helperPath] = await Promise.all([loadKeys(config), ensureHelper()])
  return startGateway({ config, keys, helperPath, log: createLog('silent'), ...topics })
}

async function read(response: Response): Promise<OnapAnswer> {
  const { status, headers } = response
  const text = await response.text()
  return { status, headers, text, body: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
