import { statSync } from 'node:fs'

import { Command } from 'commander'
import * as v from 'valibot'

import { kafkaConfigOf, kafkaVariables } from '../kafka/kafka-config.ts'
import { createKafkajsTopic } from '../kafka/kafkajs-topic.ts'
import { createParentTopic } from '../kafka/parent-topic.ts'
import type { Topic } from '../kafka/topic.ts'
import { createLog, logLevelOf } from '../log.ts'
import { eventLine } from './event.ts'
import type { PapEvent } from './event.ts'
import { serveDirectory } from './serve-directory.ts'

const { env } = process

const command = new Command('npm run pap --')
  .description(
    'A small PAP: assigns the policies of a directory to every PDP that registers, and follows changes.',
  )
  .argument('<dir>', 'directory of policy folders and TOSCA service templates')
  .addHelpText('after', '\nVariables: KAFKA_URL (kafka:9092), PAP_TOPIC (policy-pdp-pap).')
  .action(run)

await command.parseAsync()

async function run(dir: string): Promise<void> {
  if (!isDirectory(dir)) command.error(`There is no directory ${dir}.`)
  const topic = openTopic()
  const ending = new AbortController()
  const { signal } = ending
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, () => ending.abort())
  signal.addEventListener('abort', () => void topic.close().then(leaveParent))
  const ready = (): void => {
    console.log(`pap: assigning the policies of ${dir}`)
    if (process.connected) process.send?.({ kind: 'pap:ready' })
  }
  const report = (event: PapEvent): void => console.log(`pap: ${eventLine(event)}`)
  await serveDirectory({ dir, topic, report, ready, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function leaveParent(): void {
  if (process.connected) process.disconnect()
}

/** Without a broker of its own, a child of `npm start` talks over its parent. */
function openTopic(): Topic {
  const topic = env['PAP_TOPIC'] ?? 'policy-pdp-pap'
  const logger = createLog(logLevelOf(env['LOG_LEVEL'], 'warn'))
  const kafka = kafkaConfigOf(v.parse(v.object(kafkaVariables), env))
  if (kafka === undefined && process.connected) return createParentTopic({ topic, logger })
  return createKafkajsTopic({ topic, logger, ...(kafka ?? { url: 'kafka:9092' }) })
}
