import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { constants, getPriority, setPriority } from 'node:os'

import { HelperError } from './helper-error.ts'
import { createLineReader } from './line-reader.ts'

/**
 * The collector works harder from here on; on Linux the helper dies at twice this (`compiler/memory_linux.go`).
 * A limit on address space, as `ulimit -v` sets, does not fit Go, which reserves far more than it uses.
 */
const MEMORY_LIMIT = '512MiB'
/** Collects less often: a third off every compilation, for some 80 MB more at the peak of a hundred policies. */
const COLLECT_AT_PERCENT = '400'
const LONGEST_LAST_WORDS = 4096
/** Of 20 that Unix has. */
const NICER_BY = 5

/** One warm process of `compiler/`: one JSON line in, one out, one at a time. */
export interface Helper {
  readonly alive: boolean
  /** Sends the members of a request, `"op":"ping"`, and answers its line. Throws `HelperError`. */
  ask(members: string, deadlineMs: number): Promise<string>
  /** Kills the process; resolves when it is gone. */
  stop(): Promise<void>
}

interface Question {
  readonly id: number
  readonly deadline: NodeJS.Timeout
  readonly resolve: (line: string) => void
  readonly reject: (error: HelperError) => void
}

/** Starts a helper. It ends with its input, so it does not outlive this process, however that ends. */
export function startHelper(path: string): Helper {
  // No other variable: a policy can read the environment, and secrets are in it.
  const child = spawn(path, [], { env: { GOMEMLIMIT: MEMORY_LIMIT, GOGC: COLLECT_AT_PERCENT } })
  letOthersGoFirst(child)
  const lastWords = listen(child)
  let question: Question | undefined
  let asked = 0
  let alive = true

  function settle(): Question | undefined {
    const settled = question
    question = undefined
    clearTimeout(settled?.deadline)
    return settled
  }

  function fail(error: HelperError): void {
    alive = false
    child.kill('SIGKILL')
    settle()?.reject(error)
  }

  function answered(line: string): void {
    if (!question || !line.startsWith(`{"id":${question.id},`)) {
      fail(crash('it answered what was not asked'))
      return
    }
    settle()?.resolve(line)
  }

  child.stdout.on('data', createLineReader(answered))
  child.on('error', (error) => fail(crash(error.message)))
  const gone = new Promise<void>((resolve) => {
    child.on('close', (code, signal) => {
      fail(crash(`it ended with ${signal ?? code}`, lastWords()))
      resolve()
    })
  })

  return {
    get alive() {
      return alive
    },
    ask: (members, deadlineMs) =>
      new Promise((resolve, reject) => {
        const deadline = setTimeout(() => fail(late(deadlineMs)), deadlineMs)
        question = { id: ++asked, deadline, resolve, reject }
        child.stdin.write(`{"id":${asked},${members}}\n`)
      }),
    stop: () => {
      fail(new HelperError('ERR_COMPILER_CLOSED', 'the compiler was closed'))
      return gone
    },
  }
}

/** Where processors are short, a decision is not to wait for a compilation. */
function letOthersGoFirst({ pid }: ChildProcessWithoutNullStreams): void {
  if (pid === undefined) return
  try {
    setPriority(pid, Math.min(getPriority() + NICER_BY, constants.priority.PRIORITY_LOW))
  } catch {
    // It is gone already, or this system has no such thing.
  }
}

/** Keeps what the process says on stderr, and ignores writes to a dead process: `close` tells of that. */
function listen(child: ChildProcessWithoutNullStreams): () => string {
  let words = ''
  child.stdin.on('error', () => {})
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(0, LONGEST_LAST_WORDS)
  })
  return () => words
}

function crash(how: string, lastWords = ''): HelperError {
  const [reason = ''] = lastWords.split('\n', 1)
  const message = `the compiler crashed: ${how}${reason === '' ? '' : ` (${reason})`}`
  return new HelperError('ERR_COMPILER_CRASHED', message, { cause: lastWords })
}

function late(deadlineMs: number): HelperError {
  const message = `OPA took longer than ${deadlineMs} ms; a smaller or simpler policy may pass`
  return new HelperError('ERR_COMPILE_DEADLINE', message)
}
