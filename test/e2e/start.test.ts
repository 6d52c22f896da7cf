import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { decodeHeld, encodePush } from '@vedette/core/protocol/messages'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { descendantsOf, npm, survivors } from '../support/command.ts'
import type { Process, Running } from '../support/command.ts'
import { createKey, createPublisher } from '../support/edge/publisher.ts'
import { soon } from '../support/world.ts'

let dataDir: string
const started: Running[] = []
const left: Process[] = []

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'vedette-start-'))
})
afterEach(async () => {
  for (const { pid } of started.splice(0)) kill(-pid)
  for (const { pid } of await survivors(left.splice(0))) kill(pid)
})
afterAll(() => rm(dataDir, { recursive: true }))

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone, as it should be.
  }
}

function run(args: readonly string[], environment?: NodeJS.ProcessEnv): Running {
  const command = npm(args, environment)
  started.push(command)
  return command
}

const anyPort = ['--port', '0', '--edge-port', '0']

/** `npm start`, as far as everything runs: an ACTIVE PDP, and a Worker that decides. */
async function start(): Promise<{
  command: Running
  processes: readonly Process[]
  token: string
}> {
  const command = run(['start', '--', ...anyPort, '--data-dir', dataDir])
  const [, token = ''] = await command.printed(/^Console +http:\S+\/console#token=(\S+)$/)
  const [, worker = ''] = await command.printed(/^Worker +(http:\S+)/)
  await vi.waitFor(async () => {
    const { status } = await fetch(`${worker}/api/documents/1`, { headers: { 'x-user': 'alice' } })
    expect(status).not.toBe(503)
  }, soon)
  const processes = await command.descendants()
  left.push(...processes)
  return { command, processes, token }
}

async function nobodyOf(processes: readonly Process[]): Promise<void> {
  const lines = async () => (await survivors(processes)).map(({ commandLine }) => commandLine)
  await vi.waitFor(async () => expect(await lines()).toEqual([]), {
    timeout: 15_000,
    interval: 100,
  })
}

describe('npm start', () => {
  test('prints its doors, and Ctrl-C ends everything', async () => {
    const { command, processes } = await start()
    const [, gateway = ''] = await command.printed(/^Gateway +(http:\S+)$/)
    expect((await fetch(`${gateway}/console`)).status).toBe(200)
    await command.printed(/^PAP +local/)
    const [, pids = ''] = await command.printed(/^Processes (.*);/)
    for (const name of ['gateway', 'worker', 'pap']) {
      const pid = Number(new RegExp(`${name} (\\d+)`).exec(pids)?.[1])
      expect(processes.map((each) => each.pid)).toContain(pid)
    }
    const commands = processes.map(({ commandLine }) => commandLine).join('\n')
    for (const grandchild of ['workerd', 'esbuild', 'vedette-compiler']) {
      expect(commands).toContain(grandchild)
    }

    command.interrupt()
    await command.code
    await nobodyOf(processes)
  })

  test.for([
    [
      'of the program',
      ({ commandLine }: Process) => /^\S*node \S*start\/main\.ts/.test(commandLine),
    ],
    ['of npm', undefined],
  ] as const)('a SIGKILL %s ends everything', async ([, isVictim]) => {
    const { command, processes } = await start()
    const victim = isVictim ? processes.find(isVictim)?.pid : command.pid
    expect(victim).toBeDefined()
    process.kill(victim ?? 0, 'SIGKILL')
    await nobodyOf(processes)
  })

  test('a Worker that is killed leaves nobody behind, and the others go on', async () => {
    const { command, processes } = await start()
    const [, leash = ''] = await command.printed(/^Processes .*worker (\d+)/)
    const own = await descendantsOf(Number(leash))
    expect(own.map(({ commandLine }) => commandLine).join('\n')).toContain('workerd')
    process.kill(Number(leash), 'SIGKILL')
    await nobodyOf(own)
    const [, gateway = ''] = await command.printed(/^Gateway +(http:\S+)$/)
    expect((await fetch(`${gateway}/ready`)).status).toBe(200)

    command.interrupt()
    await command.code
    await nobodyOf(processes)
  })

  test('keeps what it made up to itself, and over a restart', async () => {
    const { command, processes, token } = await start()
    const file = join(dataDir, 'credentials.json')
    const secrets = JSON.parse(await readFile(file, 'utf8')) as {
      token: string
      apiPassword: string
    }
    expect(secrets.token).toBe(token)
    expect((await stat(dataDir)).mode & 0o077).toBe(0)

    for (const secret of Object.values(secrets)) {
      expect(secret.length).toBeGreaterThanOrEqual(32)
      expect(processes.filter(({ commandLine }) => commandLine.includes(secret))).toEqual([])
      expect(command.lines.filter((line) => line.includes(secret))).toHaveLength(1)
    }
    command.interrupt()
    await command.code
    for (const name of await holdersOf(Object.values(secrets))) {
      expect({ name, mode: (await stat(join(dataDir, name))).mode & 0o777 }).toEqual({
        name,
        mode: 0o600,
      })
    }

    const again = await start()
    expect(again.token).toBe(token)
    again.command.interrupt()
    await again.command.code
  })

  test.for(['--port', '--edge-port'])('a taken %s: one line that names it', async (option) => {
    await withTakenPort(async (port) => {
      const options = [...anyPort, option, String(port), '--data-dir', dataDir]
      const command = run(['start', '--', ...options])
      expect(await command.code).not.toBe(0)
      expect(command.lines).toEqual([expect.stringContaining(String(port))])
    })
  })

  test('--help tells every option', async () => {
    const command = run(['start', '--', '--help'])
    expect(await command.code).toBe(0)
    const help = command.lines.join('\n')
    for (const option of ['policies', 'port', 'edge-port', 'data-dir', 'once', 'help']) {
      expect(help).toContain(`--${option}`)
    }
  })

  test('--once plays the story, and leaves nothing behind', async () => {
    const command = run(['start', '--', '--once', ...anyPort, '--data-dir', dataDir])
    await command.printed(/^ok 3 - /)
    const processes = await command.descendants()
    left.push(...processes)
    const code = await command.code
    expect({ code, lines: command.lines.filter((line) => line.startsWith('not ok')) }).toEqual({
      code: 0,
      lines: [],
    })
    await nobodyOf(processes)
  })
})

/** Files under the data directory that hold one of these texts. */
async function holdersOf(texts: readonly string[]): Promise<readonly string[]> {
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const names = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(dataDir.length + 1))
  const contents = await Promise.all(names.map((name) => readFile(join(dataDir, name), 'latin1')))
  return names.filter((_, index) => texts.some((text) => contents[index]?.includes(text)))
}

async function withTakenPort(use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}

describe('npm run gateway', () => {
  test('without KAFKA_URL serves what its store holds, and says that no PAP can reach it', async () => {
    const token = randomUUID()
    const environment = { VEDETTE_PORT: '0', VEDETTE_DATA_DIR: dataDir, VEDETTE_TOKEN: token }
    const command = run(['run', 'gateway'], environment)
    const [, url = ''] = await command.printed(/^gateway +(http:\/\/127\.0\.0\.1:\d+)/)
    await command.printed(/no PAP can reach/)
    const answer = await fetch(`${url}/v1/data/documents/allow`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ revision: expect.stringMatching(/^\d+\.\d+$/) })
    expect((await fetch(`${url}/policy/pdpo/v1/healthcheck`)).status).toBe(401)
    const processes = await command.descendants()
    command.interrupt()
    await command.code
    await nobodyOf(processes)
  })

  test('whose broker never came ends as quietly as any other', async () => {
    const command = run(['run', 'gateway'], {
      KAFKA_URL: '127.0.0.1:1',
      VEDETTE_PORT: '0',
      VEDETTE_DATA_DIR: join(dataDir, 'alone'),
      LOG_LEVEL: 'error',
    })
    await command.printed(/^PAP +topic/)
    command.interrupt()
    await command.code
    expect(command.lines).toEqual([
      expect.stringMatching(/^gateway +http/),
      expect.stringMatching(/^PAP +topic/),
    ])
  })

  test('on a taken port ends with one line that names it', async () => {
    await withTakenPort(async (port) => {
      const directory = join(dataDir, 'taken')
      const command = run(['run', 'gateway'], {
        VEDETTE_PORT: String(port),
        VEDETTE_DATA_DIR: directory,
        LOG_LEVEL: 'error',
      })
      expect(await command.code).not.toBe(0)
      expect(command.lines).toEqual([expect.stringContaining(String(port))])
    })
  })
})

describe('npm run edge', () => {
  test('without a port to be had ends with one line that says so', async () => {
    const told = async (port: string): Promise<readonly string[]> => {
      const directory = join(dataDir, 'edge-without-port')
      const command = run(['run', 'edge'], { VEDETTE_EDGE_PORT: port, VEDETTE_DATA_DIR: directory })
      expect(await command.code).toBe(1)
      return command.lines
    }
    expect(await told('abc')).toEqual(['vedette edge: VEDETTE_EDGE_PORT: A port is 0 to 65535.'])
    await withTakenPort(async (port) => {
      expect(await told(String(port))).toEqual([expect.stringMatching(`port ${port} is taken`)])
    })
  })

  test('without trust refuses every push, and ends with everything it started', async () => {
    const port = await freePort()
    const token = randomUUID()
    const command = run(['run', 'edge'], {
      VEDETTE_EDGE_PORT: String(port),
      VEDETTE_DATA_DIR: join(dataDir, 'edge'),
      VEDETTE_TOKEN: token,
    })
    const base = `http://127.0.0.1:${port}`
    await command.printed(/refuses every push/)
    const up = async (): Promise<void> => expect((await fetch(`${base}/health`)).status).toBe(200)
    await vi.waitFor(up, { timeout: 60_000, interval: 100 })

    const { signer } = await createKey()
    const push = await createPublisher({ signer, epoch: 1 }).setData({ node: {} })
    const headers = { authorization: `Bearer ${token}` }
    const send = (init: RequestInit): Promise<Response> =>
      fetch(`${base}/.vedette/push`, { method: 'POST', body: encodePush(push), ...init })
    const held = decodeHeld(await (await send({ headers })).text())
    expect(held).toMatchObject({
      holdings: { positions: {} },
      status: { revision: null, refusal: { code: expect.stringMatching(/^ERR_/) } },
    })
    expect((await send({})).status).toBe(401)
    const answer = await fetch(`${base}/v1/data/documents/allow`, { headers })
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code: 'ERR_NOT_READY' })

    const processes = await command.descendants()
    expect(processes.map(({ commandLine }) => commandLine).join('\n')).toContain('workerd')
    left.push(...processes)
    command.interrupt()
    await command.code
    await nobodyOf(processes)
  })
})

async function freePort(): Promise<number> {
  let free = 0
  await withTakenPort(async (port) => {
    free = port
  })
  return free
}
