/** How a transaction went: times in ms since 1970, and what was thrown; no `failure` is success. */
export interface Course {
  readonly begin: number
  readonly end: number
  readonly failure?: unknown
}

export interface TransactionOptions {
  /** ms since 1970. */
  readonly now: () => number
  /** Default: now. */
  readonly begin?: number
  /** Told once, when it ends. */
  readonly save: (course: Course) => void
}

/** A transaction as a context: it begins, fails by throwing, and is saved when it ends. What `work` throws is thrown on. */
export async function inTransaction<Result>(
  { now, begin = now(), save }: TransactionOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  let failure: Pick<Course, 'failure'> = {}
  try {
    return await work()
  } catch (thrown) {
    failure = { failure: thrown }
    throw thrown
  } finally {
    save({ begin, end: now(), ...failure })
  }
}
