import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import { messageOf } from '@vedette/core/errors'
import type { JSONWebKeySet } from 'jose'

import { cacheDirectory } from '../compiler/build.ts'
import { readConfig } from '../config.ts'
import { createTopicRelay } from '../kafka/topic-relay.ts'
import { loadKeys } from '../keys/keys.ts'
import { forkChild, leashChild } from './children.ts'
import type { Child } from './children.ts'
import { loadCredentials } from './credentials.ts'
import { claimPort } from './ports.ts'
import { answering, workerCommand } from './worker.ts'

export interface StageOptions {
  /** Directory of policy folders that the local PAP assigns. */
  readonly policies: string
  /** 0: any free port. */
  readonly port: number
  readonly edgePort: number
  readonly dataDir: string
  /** Variables of the user; `KAFKA_URL` takes the place of memory topic and local PAP. */
  readonly environment: NodeJS.ProcessEnv
  /** Starts the local PAP on the user's broker too. Default: only without one. */
  readonly alwaysLocalPap?: boolean
  /** Base URL the gateway dials instead of the Worker's own: a proxy in between. */
  readonly edgeUrl?: (worker: string) => string
  readonly say: (line: string) => void
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal
}

/** Gateway, local PAP and Worker, each a process of its own, wired together. */
export interface Stage {
  readonly gatewayUrl: string
  readonly workerUrl: string
  readonly token: string
  readonly api: { readonly user: string; readonly password: string }
  readonly trust: JSONWebKeySet
  readonly gateway: () => Child
  readonly worker: () => Child
  readonly pap: Child | undefined
  /** Starts the gateway again, after it was stopped or killed. */
  startGateway(): Promise<void>
  startWorker(): Promise<void>
  /** Resolves when none of the processes is left. */
  readonly gone: Promise<void>
  stop(): Promise<void>
}

const host = '127.0.0.1'

/** Resolves when gateway and Worker answer. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const { environment, say } = options
  const dataDir = resolve(options.dataDir)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const port = await claimPort(options.port, host)
  const edgePort = await claimPort(options.edgePort, host)
  const { token, apiPassword } = await loadCredentials(dataDir, environment)
  const { jwks } = await loadKeys(readConfig({ ...environment, VEDETTE_DATA_DIR: dataDir }))
  const gatewayUrl = `http://${host}:${port}`
  const workerUrl = `http://${host}:${edgePort}`
  const origins = listed(gatewayUrl, environment['VEDETTE_ORIGINS'])
  const relay = createTopicRelay()

  const env = {
    ...environment,
    VEDETTE_HOST: host,
    VEDETTE_PORT: String(port),
    VEDETTE_DATA_DIR: dataDir,
    VEDETTE_TOKEN: token,
    API_PASSWORD: apiPassword,
    VEDETTE_EDGES: listed(options.edgeUrl?.(workerUrl) ?? workerUrl, environment['VEDETTE_EDGES']),
    VEDETTE_ORIGINS: origins,
    VEDETTE_ALLOWED_TARGETS: listed('127.0.0.0/8', environment['VEDETTE_ALLOWED_TARGETS']),
    LOG_LEVEL: environment['LOG_LEVEL'] || 'warn',
    // Types are stripped and code is compiled once, not at every start: half the time, and 25 MB less.
    NODE_COMPILE_CACHE:
      environment['NODE_COMPILE_CACHE'] ?? join(cacheDirectory(), 'vedette', 'node'),
  }

  let stopping = false
  // A start may be given up between two of its steps; nobody would stop what comes after.
  const refuseWhenStopping = (): void => {
    if (stopping) throw new Error('stopping')
  }
  const forked = (name: string, path: string, args: readonly string[] = []): Child => {
    refuseWhenStopping()
    const child = forkChild(name, { module: new URL(path, import.meta.url), args, env, say })
    relay.add(child.process)
    return child
  }
  const startGateway = async (): Promise<void> => {
    gateway = forked('gateway', '../main.ts')
    await told(gateway, ({ kind }) => kind === 'gateway:listening')
  }
  const startWorker = async (): Promise<void> => {
    const variables = {
      VEDETTE_TOKEN: token,
      VEDETTE_TRUST: JSON.stringify(jwks),
      VEDETTE_ORIGINS: origins,
      VEDETTE_FRESHNESS_MS: environment['VEDETTE_FRESHNESS_MS'] ?? '0',
    }
    const command = await workerCommand({ port: edgePort, dataDir, variables })
    refuseWhenStopping()
    worker = leashChild('worker', command, say)
    await answering(`${workerUrl}/health`, worker.ended)
  }

  let gateway: Child | undefined
  let worker: Child | undefined
  let pap: Child | undefined
  const stop = async (): Promise<void> => {
    stopping = true
    await Promise.all([pap, gateway, worker].flatMap((child) => child?.stop() ?? []))
  }
  const startAll = async (): Promise<void> => {
    if (options.alwaysLocalPap || !environment['KAFKA_URL']) {
      // First, because a registration that no PAP hears is repeated only after a minute.
      pap = forked('pap', '../local-pap/main.ts', [options.policies])
      await told(pap, ({ kind }) => kind === 'pap:ready')
    }
    await Promise.all([startGateway(), startWorker()])
  }
  try {
    await Promise.race([startAll(), aborted(options.signal)])
  } catch (error) {
    await stop()
    throw error
  }

  const running = (child: Child | undefined, name: string): Child => {
    if (!child) throw new Error(`the ${name} was not started`)
    return child
  }
  const children = [gateway, worker, pap].flatMap((child) => child ?? [])
  for (const child of children) {
    child.ended.catch((error: unknown) => {
      if (!stopping) say(`${messageOf(error)}; the others go on`)
    })
  }
  return {
    gatewayUrl,
    workerUrl,
    token,
    api: { user: environment['API_USER'] ?? 'policyadmin', password: apiPassword },
    trust: jwks,
    gateway: () => running(gateway, 'gateway'),
    worker: () => running(worker, 'worker'),
    pap,
    startGateway,
    startWorker,
    gone: Promise.allSettled(children.map((child) => child.ended)).then(() => undefined),
    stop,
  }
}

/** Resolves when a child says something over its IPC channel that `is` what is waited for. */
function told(child: Child, is: (message: { readonly kind?: string }) => boolean): Promise<void> {
  const said = new Promise<void>((resolve) => {
    child.process.on('message', (message) => {
      if (typeof message === 'object' && message !== null && is(message)) resolve()
    })
  })
  return Promise.race([said, child.ended])
}

/** Rejects when the signal does; without one, never. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('asked to stop while starting')))
  })
}

/** Our own value before the user's, in a variable that holds a list. */
function listed(own: string, users: string | undefined): string {
  return users ? `${own},${users}` : own
}
