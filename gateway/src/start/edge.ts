import { mkdir } from 'node:fs/promises'

import { messageOf } from '@vedette/core/errors'
import { Command } from 'commander'

import { spawnLeashed } from './children.ts'
import { claimPort, readPort } from './ports.ts'
import { workerCommand } from './worker.ts'

const help = `Configured by environment variables:
  VEDETTE_EDGE_PORT     8787
  VEDETTE_DATA_DIR      .vedette: where the Worker keeps its state
  VEDETTE_TOKEN         bearer token of the gateway and of those who ask
  VEDETTE_TRUST         public keys (JWKS text) whose pushes are accepted; without it none is
  VEDETTE_ORIGINS       origins of pages that may ask
  VEDETTE_FRESHNESS_MS  1000: how long an isolate uses its head before it asks for a newer one`

const names = ['VEDETTE_TOKEN', 'VEDETTE_TRUST', 'VEDETTE_ORIGINS', 'VEDETTE_FRESHNESS_MS']

/** `npm run edge`: the ready-made Worker alone under `wrangler dev`. */
async function main(): Promise<void> {
  const { env } = process
  const port = await portOf(env['VEDETTE_EDGE_PORT'])
  const dataDir = env['VEDETTE_DATA_DIR'] ?? '.vedette'
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const variables = Object.fromEntries(names.map((name) => [name, env[name]]))
  const command = await workerCommand({ port, dataDir, variables })
  const child = spawnLeashed(command, 'inherit')
  say(`Worker    http://127.0.0.1:${port}`)
  if (!env['VEDETTE_TRUST'])
    say('Without VEDETTE_TRUST (public keys as JWKS) it refuses every push.')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => process.exit(code ?? 1))
}

/** Of a port that is none or is taken wrangler would speak in its own words. */
async function portOf(text = '8787'): Promise<number> {
  try {
    return await claimPort(readPort(text), '127.0.0.1')
  } catch (error) {
    throw new Error(`VEDETTE_EDGE_PORT: ${messageOf(error)}`, { cause: error })
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await new Command('npm run edge')
  .description('The ready-made Worker alone, in workerd under wrangler dev.')
  .addHelpText('after', `\n${help}`)
  .action(() =>
    main().catch((error: unknown) => {
      process.stderr.write(`vedette edge: ${messageOf(error)}\n`)
      process.exitCode = 1
    }),
  )
  .parseAsync()
