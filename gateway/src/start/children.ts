import { fork, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

import type { Command } from './worker.ts'

/** A process that was started, and ends with us. */
export interface Child {
  readonly name: string
  readonly process: ChildProcess
  /** Rejects when the process ends, with a sentence. */
  readonly ended: Promise<never>
  /** Asks it to end, insists after five seconds, and resolves when it is gone. */
  stop(): Promise<void>
  /** Kills it without a warning, as a crash would. */
  kill(): Promise<void>
}

type Say = (line: string) => void

const graceMs = 5_000

/**
 * Half of the room for young objects, MB. V8's 64 are 128 MB that stay taken after the first burst, of streams or of
 * deployments, and long pauses in which they are searched; decisions cost no more with 16.
 */
const youngMb = 16

/** One of our own programs, with an IPC channel: it ends by itself when that channel does. */
export function forkChild(
  name: string,
  options: { module: URL; args?: readonly string[]; env: NodeJS.ProcessEnv; say: Say },
): Child {
  const child = fork(options.module, [...(options.args ?? [])], {
    env: options.env,
    execArgv: [...process.execArgv, `--max-semi-space-size=${youngMb}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  return watched(name, child, options.say)
}

/** A command on a leash: the pipe to its stdin is what holds it. */
export function leashChild(name: string, command: Command, say: Say): Child {
  return watched(name, spawnLeashed(command, 'pipe'), say)
}

/** Spawns a command that `leash.ts` holds; however it ends, nothing of its process group is left. */
export function spawnLeashed(
  { file, args, env }: Command,
  output: 'pipe' | 'inherit',
): ChildProcess {
  const child = spawn(file, [...args], { detached: true, env, stdio: ['pipe', output, output] })
  child.once('exit', () => killGroup(child.pid))
  return child
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
}

function watched(name: string, child: ChildProcess, say: Say): Child {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface(stream).on('line', (line) => line.trim() && say(line))
  }
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ended = gone.then((): never => {
    throw new Error(`${name} ended (${child.signalCode ?? `exit code ${child.exitCode}`})`)
  })
  ended.catch(() => undefined)
  return {
    name,
    process: child,
    ended,
    async stop() {
      child.kill('SIGTERM')
      const insist = setTimeout(() => child.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(insist)
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
