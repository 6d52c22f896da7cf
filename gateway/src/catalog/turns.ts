/** Runs tasks one after the other, in the order they came; one that fails does not stop the next. */
export interface Turns {
  run<Result>(task: () => Promise<Result>): Promise<Result>
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(task) {
      const turn = last.then(task)
      last = turn.catch(() => undefined)
      return turn
    },
  }
}
