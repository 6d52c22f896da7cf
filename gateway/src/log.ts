import { pino } from 'pino'
import type { Logger } from 'pino'

/** The gateway's log: JSON lines on stderr, so that stdout stays for what a person is told. */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}
