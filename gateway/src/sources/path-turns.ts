type Path = readonly string[]

/** Runs tasks that write to overlapping paths in the order they came; others do not wait for each other. */
export interface PathTurns {
  run<Result>(paths: readonly Path[], task: () => Promise<Result>): Promise<Result>
}

interface Turn {
  readonly paths: readonly Path[]
  /** Resolves when its task has ended, in whichever way. */
  readonly over: Promise<unknown>
}

export function createPathTurns(): PathTurns {
  const underWay = new Set<Turn>()
  return {
    run(paths, task) {
      const before = [...underWay].filter((turn) => overlap(turn.paths, paths))
      const running = Promise.all(before.map(({ over }) => over)).then(task)
      const turn: Turn = {
        paths,
        over: running.then(
          () => underWay.delete(turn),
          () => underWay.delete(turn),
        ),
      }
      underWay.add(turn)
      return running
    },
  }
}

function overlap(some: readonly Path[], others: readonly Path[]): boolean {
  return some.some((one) => others.some((other) => isWithin(one, other) || isWithin(other, one)))
}

function isWithin(path: Path, place: Path): boolean {
  return place.every((segment, index) => segment === path[index])
}
