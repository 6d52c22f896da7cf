import { codeOf, messageOf } from '../errors.ts'
import type { Refusal } from '../protocol/status-report.ts'
import type { Log } from './log.ts'
import type { Memory } from './records.ts'
import { inTransaction } from './transaction.ts'
import type { Course } from './transaction.ts'
import type { TransactionLog } from './transactions.ts'
import { attemptsOf, noTransactions, record } from './transactions.ts'

/** What a status report takes of an error's sentence. */
const longestMessage = 1000

/** How it went: the transactions of a replica, and why the latest thing that came was not believed. */
export class Account {
  readonly #now: () => number
  #transactions: TransactionLog = noTransactions
  #refusal: Refusal | null = null

  constructor(now: () => number) {
    this.#now = now
  }

  get transactions(): TransactionLog {
    return this.#transactions
  }

  get refusal(): Refusal | null {
    return this.#refusal
  }

  recall({ transactions, refusal }: Memory): void {
    this.#transactions = transactions
    this.#refusal = refusal
  }

  /** Runs the activation of these steps: the transactions that wrote them succeed or fail with it. */
  activation(steps: Log, { begin, isNews }: Attempted, work: () => Promise<void>): Promise<void> {
    const save = (course: Course): void => {
      if (isNews || course.failure !== undefined) this.#save(steps, course)
    }
    return inTransaction({ now: this.#now, begin, save }, work)
  }

  refuse(error: unknown): void {
    this.#refusal = { code: codeOfActivation(error), message: sentenceOf(error), at: this.#now() }
  }

  /** Notes the error that work ends with. */
  async orRefuse(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      this.refuse(error)
    }
  }

  #save(steps: Log, { begin, end, failure }: Course): void {
    const error =
      failure === undefined ? '' : `${codeOfActivation(failure)}: ${sentenceOf(failure)}`
    for (const attempt of attemptsOf(steps, { begin, end, error }))
      this.#transactions = record(this.#transactions, attempt)
  }
}

interface Attempted {
  /** When the push came, ms since 1970. */
  readonly begin: number
  /** Whether a success is a transaction: with a memory of how the content came, it is not when it is there again. */
  readonly isNews: boolean
}

function codeOfActivation(error: unknown): string {
  return codeOf(error, 'ERR_ACTIVATION')
}

function sentenceOf(error: unknown): string {
  return messageOf(error).slice(0, longestMessage)
}
