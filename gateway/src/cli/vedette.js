#!/usr/bin/env node
// Plain JavaScript, so that an old Node reads it far enough to say that it is too old.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NEEDED = 24
const program = new URL('./main.ts', import.meta.url)
const ownNode = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))

if (Number.parseInt(process.versions.node, 10) >= NEEDED) await import(program.href)
else if (existsSync(ownNode)) runWith(ownNode)
else refuse()

/** @param {string} node */
function runWith(node) {
  const args = [fileURLToPath(program), ...process.argv.slice(2)]
  const child = spawn(node, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code) => {
    process.exitCode = code ?? 1
  })
}

function refuse() {
  process.stderr.write(`vedette needs Node ${NEEDED} or newer; this is ${process.version}\n`)
  process.exitCode = 1
}
