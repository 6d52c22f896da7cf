import { messageOf } from '@vedette/core/errors'
import { Command } from 'commander'
import type { Logger } from 'pino'

import { ensureHelper } from './compiler/build.ts'
import { readConfig } from './config.ts'
import type { GatewayConfig } from './config.ts'
import { startGateway } from './gateway.ts'
import { createKafkajsTopic } from './kafka/kafkajs-topic.ts'
import { createParentTopic } from './kafka/parent-topic.ts'
import type { Topic } from './kafka/topic.ts'
import { loadKeys } from './keys/keys.ts'
import { createLog } from './log.ts'

/** `npm run gateway`: the gateway alone, configured by variables. */
async function main(): Promise<void> {
  // What the database and the credentials hold is its owner's alone.
  process.umask(0o077)
  const config = readConfig(process.env)
  const log = createLog(config.logLevel)
  // Built before the gateway joins the topic: a PAP that has seen it does not wait for a compiler.
  const helperPath = await ensureHelper({ onProgress: say })
  const keys = await loadKeys(config)
  if (keys.madeAt)
    log.warn(
      { path: keys.madeAt },
      'no VEDETTE_SIGNING_KEY: a signing key was made; keep this file',
    )
  const topic = topicOf(config, log)
  const patches = patchTopicOf(config, log)
  const gateway = await startGateway({
    config,
    keys,
    helperPath,
    log,
    ...(topic && { topic }),
    ...(patches && { patches }),
  })

  say(`gateway   ${gateway.url} (console ${gateway.url}/console), PDP ${gateway.pdpName}`)
  say(
    topic
      ? `PAP       topic ${config.papTopic}${config.kafka ? ` at ${config.kafka.url}` : ''}`
      : noPap,
  )
  process.send?.({ kind: 'gateway:listening' })
  gateway.registered.then(
    () => topic && say(`PAP       registered as ${gateway.pdpName}`),
    // The topic was closed before its broker was ever there.
    (error: unknown) => log.warn({ error: messageOf(error) }, 'never registered with a PAP'),
  )
  await ended()
  await gateway.close()
  await Promise.all([topic?.close(), patches?.close()])
  // The channel to the launcher would keep this process alive.
  if (process.connected) process.disconnect()
}

const noPap = 'PAP       none: without KAFKA_URL no PAP can reach this gateway'

function topicOf(config: GatewayConfig, log: Logger): Topic | undefined {
  const { kafka, papTopic: topic, papGroupId: groupId } = config
  if (kafka) return createKafkajsTopic({ ...kafka, topic, groupId, logger: log })
  return process.send ? createParentTopic({ topic, logger: log }) : undefined
}

/** Who patches waits for the broker, as long as whoever asks over HTTP waits for anything. */
const patchDeliveryMs = 60_000

/** The one that PDPs share their patches on, where that is wanted. */
function patchTopicOf(config: GatewayConfig, log: Logger): Topic | undefined {
  const { kafka, patchTopic: topic, patchGroupId: groupId } = config
  if (topic === undefined) return undefined
  if (kafka) {
    const deliveryTimeoutMs = patchDeliveryMs
    return createKafkajsTopic({ ...kafka, topic, groupId, deliveryTimeoutMs, logger: log })
  }
  log.warn('USE_KAFKA_FOR_PATCH is of no use without KAFKA_URL: a PATCH is applied here')
  return undefined
}

/** Resolves when this process is asked to end, or when the one that started it is gone. */
function ended(): Promise<void> {
  return new Promise((resolve) => {
    for (const sign of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(sign, () => resolve())
  })
}

function say(line: string): void {
  console.log(line)
}

const help = `Configured by environment variables; the usual ones:
  KAFKA_URL           bootstrap servers of the PAP's Kafka
  VEDETTE_TOKEN       bearer token of publishers and administrators
  VEDETTE_PORT        8282
  VEDETTE_DATA_DIR    .vedette
  VEDETTE_EDGES       base URLs of Workers to push to, comma separated
All of them: docs/running.md`

await new Command('gateway')
  .description('The Vedette gateway: policies from a PAP over Kafka, to Workers and browsers.')
  .addHelpText('after', `\n${help}`)
  .action(() =>
    main().catch((error: unknown) => {
      console.error(`vedette gateway: ${messageOf(error)}`)
      // What was started before it failed would hold the process.
      process.exit(1)
    }),
  )
  .parseAsync()
