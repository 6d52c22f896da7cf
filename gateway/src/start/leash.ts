import { spawn } from 'node:child_process'

/*
 * `node leash.ts COMMAND ARG…` runs a command in a process group of its own, and ends the whole group when its own stdin
 * ends: so also when whoever holds that pipe was killed. wrangler leaves workerd behind when it is killed; a group does not.
 */

const graceMs = 3_000
const [command = '', ...args] = process.argv.slice(2)
const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })

function signalGroup(signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // The group is gone already.
  }
}

function end(): void {
  signalGroup('SIGTERM')
  setTimeout(() => signalGroup('SIGKILL'), graceMs).unref()
}

process.stdin.resume().once('close', end)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
child.once('error', () => process.exit(127))
child.once('exit', (code) => {
  // Whatever the command itself left behind.
  signalGroup('SIGKILL')
  process.exit(code ?? 1)
})
