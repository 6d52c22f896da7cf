import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

import { Kafka, logLevel } from '../../../gateway/src/kafka/kafkajs.ts'
import { findKafkaJars } from './jars.ts'

export interface BrokerOptions {
  /** Whether a client that asks for a topic gets it made. Default true. */
  readonly autoCreateTopics?: boolean
  /** Doors besides the plain one. */
  readonly listeners?: readonly Listener[]
  /** SCRAM users, name → password. */
  readonly users?: Readonly<Record<string, string>>
}

/** A door of its own port, and what a broker's configuration says of it. */
export interface Listener {
  readonly name: string
  readonly protocol: 'SASL_PLAINTEXT' | 'SSL'
  readonly port: number
  readonly properties: string
}

/** A real Kafka of one node on 127.0.0.1. */
export interface Broker {
  /** `host:port`, as in `KAFKA_URL`. */
  readonly url: string
  readonly port: number
  /** Starts again after `pause` or `kill`: same port, same data. */
  start(): Promise<void>
  /** Ends in order, keeps the data. */
  pause(): Promise<void>
  /** Ends at once (SIGKILL), keeps the data. */
  kill(): Promise<void>
  /** Stops answering (SIGSTOP), with every connection open, until `thaw`. */
  freeze(): void
  thaw(): void
  /** `pause`, then `start`. */
  restart(): Promise<void>
  /** Ends in order and removes the data. */
  stop(): Promise<void>
}

const slowestStartMs = 120_000
/** Ends what it becomes when stdin closes, which happens even when the tests are killed. */
const leash = 'exec 3<&0; (cat <&3 >/dev/null; kill -9 $$ 2>/dev/null) & exec "$@" 3<&-'
const lightJvm = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto']

/** Starts a broker; it is there when it has answered a request. */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const jars = await findKafkaJars()
  const home = await mkdtemp(join(tmpdir(), 'vedette-kafka-'))
  const [port, controllerPort] = await Promise.all([freePort(), freePort()])
  const url = `127.0.0.1:${port}`
  const config = join(home, 'server.properties')
  await writeFile(config, properties({ home, port, controllerPort, ...options }))
  const format = ['format', '-t', randomClusterId(), '-c', config, ...scramUsers(options.users)]
  await promisify(execFile)('java', [
    ...lightJvm,
    '-cp',
    jars,
    'kafka.tools.StorageTool',
    ...format,
  ])
  const command = ['java', '-Xmx256m', ...lightJvm, '-cp', jars, 'kafka.Kafka', config]
  let child: ChildProcess | undefined

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined || hasEnded(child)) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  const broker: Broker = {
    url,
    port,
    async start() {
      child = await launch(command, join(home, 'broker.log'))
      await untilAnswering(child, url).catch(async (cause: unknown) => {
        const log = await readFile(join(home, 'broker.log'), 'utf8')
        throw new Error(`Kafka did not start: ${log.slice(-2_000)}`, { cause })
      })
    },
    pause: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async restart() {
      await broker.pause()
      await broker.start()
    },
    async stop() {
      await end('SIGTERM')
      await rm(home, { recursive: true, force: true })
    },
  }
  await broker.start().catch(async (error: unknown) => {
    await broker.stop()
    throw error
  })
  return broker
}

/** Sixteen bytes; the tool would take a leading dash for an option. */
const randomClusterId = (): string => `V${randomBytes(16).toString('base64url').slice(1)}`

function scramUsers(users: BrokerOptions['users'] = {}): readonly string[] {
  return Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  )
}

async function launch(command: readonly string[], logFile: string): Promise<ChildProcess> {
  const log = await open(logFile, 'a')
  const child = spawn('sh', ['-c', leash, 'leash', ...command], { stdio: ['pipe', log.fd, log.fd] })
  child.once('exit', () => child.stdin?.destroy())
  await once(child, 'spawn')
  await log.close()
  return child
}

/** The port accepts before the broker serves, so only an answer counts. */
async function untilAnswering(child: ChildProcess, url: string): Promise<void> {
  const giveUpAt = Date.now() + slowestStartMs
  while (!(await isAnswering(url))) {
    if (hasEnded(child)) throw new Error('The broker ended')
    if (Date.now() > giveUpAt) throw new Error('The broker does not answer')
    await delay(50)
  }
}

async function isAnswering(url: string): Promise<boolean> {
  const retry = { retries: 0 }
  const admin = new Kafka({ brokers: [url], retry, logLevel: logLevel.NOTHING }).admin()
  try {
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    return brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect()
  }
}

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}

interface Settings extends BrokerOptions {
  readonly home: string
  readonly port: number
  readonly controllerPort: number
}

/**
 * One node needs replication factors of one. The short broker session lets a killed broker come back at once; the rest
 * only makes it quicker.
 */
function properties(settings: Settings): string {
  const { home, port, controllerPort, autoCreateTopics = true, listeners = [] } = settings
  const doors = [
    `PLAINTEXT://127.0.0.1:${port}`,
    ...listeners.map((each) => `${each.name}://127.0.0.1:${each.port}`),
  ]
  const protocols = listeners.map(({ name, protocol }) => `${name}:${protocol}`)
  return `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=${doors.join()},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${doors.join()}
controller.listener.names=CONTROLLER
listener.security.protocol.map=${['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT', ...protocols].join()}
log.dirs=${home}/data
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
broker.session.timeout.ms=1000
broker.heartbeat.interval.ms=200
group.initial.rebalance.delay.ms=0
num.partitions=1
auto.create.topics.enable=${autoCreateTopics}
${listeners.map((each) => each.properties).join('\n')}
`
}
