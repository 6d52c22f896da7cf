import { pino } from 'pino'
import type { Logger } from 'pino'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
/** OPA-PDP's words for two of them. */
const otherNames: Readonly<Record<string, string>> = { warning: 'warn', panic: 'fatal' }

/** The level of `LOG_LEVEL`, in capitals or not; `fallback` for what is none. */
export function logLevelOf(text: string | undefined, fallback = 'info'): string {
  const name = text?.toLowerCase() ?? ''
  const level = otherNames[name] ?? name
  return levels.includes(level) ? level : fallback
}

/** The gateway's log: JSON lines on stderr, so that stdout stays for what a person is told. */
export function createLog(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}
