import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { eventually } from './eventually.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Process {
  readonly pid: number
  readonly parent: number
  readonly commandLine: string
}

/** `npm …` in this repository, in a process group of its own as a terminal gives it. */
export interface Running {
  readonly pid: number
  /** Everything it printed. */
  readonly lines: readonly string[]
  /** The first line that matches, taken apart. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** As Ctrl-C does: to the whole group. */
  interrupt(): void
  /** The exit code, when it ended by itself. */
  readonly code: Promise<number | null>
  /** Everything that it started, however deep. */
  descendants(): Promise<readonly Process[]>
}

const patienceMs = 60_000

export function npm(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Running {
  const child = spawn('npm', ['--silent', ...args], {
    cwd: root,
    detached: true,
    env: { ...inherited(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error('npm was not started')
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => line.trim() && lines.push(line))
  }
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    eventually(
      `${String(pattern)} in:\n${lines.join('\n')}`,
      () => lines.map((line) => pattern.exec(line)).find((match) => match !== null),
      patienceMs,
    )
  return {
    pid,
    lines,
    printed,
    interrupt: () => process.kill(-pid, 'SIGINT'),
    code: once(child, 'close').then(([code]: unknown[]) => code as number | null),
    descendants: () => descendantsOf(pid),
  }
}

/** Without what would configure it from outside. */
function inherited(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VEDETTE|npm|KAFKA|API)_/.test(name),
  )
  return { ...Object.fromEntries(kept), npm_config_update_notifier: 'false' }
}

async function running(): Promise<readonly Process[]> {
  const command = promisify(execFile)('ps', ['-axww', '-o', 'pid=,ppid=,stat=,args='])
  const { stdout } = await command
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, commandLine = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    // A zombie runs no more.
    if (!pid || state?.startsWith('Z')) return []
    return [{ pid: Number(pid), parent: Number(parent), commandLine }]
  })
}

export async function descendantsOf(pid: number): Promise<readonly Process[]> {
  const all = await running()
  const below = (parents: readonly number[]): readonly Process[] => {
    const children = all.filter(({ parent }) => parents.includes(parent))
    return children.length === 0 ? [] : [...children, ...below(children.map((each) => each.pid))]
  }
  return below([pid])
}

/** Those that still run. */
export async function survivors(processes: readonly Process[]): Promise<readonly Process[]> {
  const now = await running()
  return processes.filter((each) =>
    now.some(({ pid, commandLine }) => pid === each.pid && commandLine === each.commandLine),
  )
}
