import { spawn } from 'node:child_process'

/*
 * `node leash.ts COMMAND ARG…`, the leader of a process group, runs a command in it, and ends the whole group when its own
 * stdin ends: so also when whoever holds that pipe was killed. wrangler leaves workerd behind when it is killed; a group
 * does not. When this process itself is killed, `spawnLeashed` ends the group.
 */

const graceMs = 3_000
const [command = '', ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
let ending = false

function signalGroup(signal: NodeJS.Signals): void {
  process.kill(-process.pid, signal)
}

function end(): void {
  // What the group is sent, comes back to us.
  if (ending) return
  ending = true
  signalGroup('SIGTERM')
  setTimeout(() => signalGroup('SIGKILL'), graceMs).unref()
}

process.stdin.resume().once('close', end)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)
child.once('error', () => process.exit(127))
child.once('exit', (code) => {
  // Whatever the command itself left behind; otherwise the code is for whoever holds us, who does the same then.
  if (ending) signalGroup('SIGKILL')
  process.exit(code ?? 1)
})
