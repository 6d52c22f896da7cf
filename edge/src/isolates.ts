import type { Answer, Failure, Isolate, PositionedData, Question } from './isolate.ts'

/** The methods of `Isolate` from outside of it. */
export interface RemoteIsolate {
  hold(data: PositionedData): Promise<Failure | null>
  evaluate(question: Question, data?: PositionedData): Promise<Answer>
}

/** Where a program runs, and what it is made of when no isolate runs it yet. */
export interface Runnable {
  readonly loader: WorkerLoader
  readonly program: string
  readonly load: () => Promise<WorkerLoaderWorkerCode>
}

/** How often an isolate of a program failed here. */
const failures = new Map<string, number>()

/**
 * Calls the isolate that runs a program. A stub must not outlive its request, so each call asks for its own; an id that
 * is warm costs no load.
 *
 * The loader keeps what came first under an id for as long as its process lives, a failure to load as well. So the id
 * is the program's digest and the number of failures: the call after a failed one gets another isolate.
 */
export async function callIsolate<Result>(
  { loader, program, load }: Runnable,
  call: (isolate: RemoteIsolate) => Promise<Result>,
): Promise<Result> {
  const before = failures.get(program) ?? 0
  try {
    return await call(loader.get(`${program}.${before}`, load).getEntrypoint<Isolate>('Isolate'))
  } catch (error) {
    failures.set(program, before + 1)
    throw error
  }
}
