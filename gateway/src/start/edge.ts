import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'

import { workerCommand } from './worker.ts'

/** `npm run edge`: the ready-made Worker alone under `wrangler dev`, configured by variables. */
const { env } = process
const port = Number(env['VEDETTE_EDGE_PORT'] ?? '8787')
const dataDir = env['VEDETTE_DATA_DIR'] ?? '.vedette'

await mkdir(dataDir, { recursive: true, mode: 0o700 })
const names = ['VEDETTE_TOKEN', 'VEDETTE_TRUST', 'VEDETTE_ORIGINS', 'VEDETTE_FRESHNESS_MS']
const variables = Object.fromEntries(names.map((name) => [name, env[name]]))
const command = await workerCommand({ port, dataDir, variables })
const child = spawn(command.file, [...command.args], {
  env: command.env,
  stdio: ['pipe', 'inherit', 'inherit'],
})
process.stdout.write(`Worker    http://127.0.0.1:${port}\n`)
if (!env['VEDETTE_TRUST'])
  process.stdout.write('Without VEDETTE_TRUST (public keys as JWKS) it refuses every push.\n')
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal))
child.once('exit', (code) => process.exit(code ?? 1))
