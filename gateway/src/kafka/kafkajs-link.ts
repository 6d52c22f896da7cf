import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

import type { KafkaConfig } from './kafka-config.ts'
import { Kafka, type LogEntry, logLevel } from './kafkajs.ts'
import { saslOptions } from './sasl.ts'
import { type TlsFiles, tlsOptions } from './tls.ts'
import type { TopicLogger } from './topic.ts'

export interface LinkOptions extends KafkaConfig {
  readonly logger: TopicLogger
}

/** A kafkajs client that can be let go of at once. */
export interface Link {
  readonly kafka: Kafka
  /** Whatever waits on this link fails now, and nothing connects again. */
  readonly cut: () => void
}

/** kafkajs tries a little by itself; what fails then is dropped and built anew, link and all, by whoever uses it. */
const retry = {
  retries: 3,
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  restartOnFailure: async () => false,
}

/**
 * kafkajs waits for answers when it disconnects, and for ever when the broker died meanwhile; so the sockets are ours.
 */
export function createLink({ url, sasl, tls, logger }: LinkOptions): Link {
  const sockets = new Set<Socket>()
  let isCut = false
  const kafka = new Kafka({
    clientId: 'vedette',
    brokers: url.split(',').map((broker) => broker.trim()),
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => logger.debug(fieldsOf(entry), `kafkajs: ${entry.log.message}`),
    ...(sasl && { sasl: saslOptions(sasl) }),
    socketFactory({ host, port, onConnect }) {
      if (isCut) throw new Error('The link is cut')
      const socket = openSocket({ host, port, tls }, onConnect)
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return socket
    },
  })
  return {
    kafka,
    cut() {
      isCut = true
      // Only an error makes kafkajs reject what is in flight.
      for (const socket of sockets) socket.destroy(new Error('The link is cut'))
    },
  }
}

interface Place {
  readonly host: string
  readonly port: number
  readonly tls: TlsFiles | undefined
}

function openSocket({ host, port, tls }: Place, onConnect: () => void): Socket {
  const place = { host, port, noDelay: true, keepAlive: true }
  if (!tls) return connect(place, onConnect)
  // An address is no server name.
  const servername = isIP(host) === 0 ? host : ''
  return connectTls({ ...place, servername, ...tlsOptions(tls) }, onConnect)
}

const fieldsOf = ({ namespace, log }: LogEntry): object => ({ namespace, ...log })
