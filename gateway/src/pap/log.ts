import type { Logger } from 'pino'

/** What the PAP's side tells the operator. */
export type PapLog = Pick<Logger, 'info' | 'warn' | 'error'>
