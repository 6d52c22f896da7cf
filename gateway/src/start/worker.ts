import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** wrangler bundles before it starts workerd; a busy machine takes its time. */
const patienceMs = 120_000

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** What the ready-made Worker is told. */
export interface WorkerSettings {
  readonly port: number
  readonly dataDir: string
  /** `VEDETTE_…` variables of the Worker, secrets among them. */
  readonly variables: Readonly<Record<string, string | undefined>>
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** The command that runs the Worker in workerd, on a leash: it ends when its stdin does. */
export async function workerCommand({
  port,
  dataDir,
  variables,
}: WorkerSettings): Promise<Command> {
  // A file, because a command line can be read by everyone on the machine.
  const envFile = resolve(dataDir, `worker-${port}.env`)
  await writeFile(envFile, dotenv(variables), { mode: 0o600 })
  const wrangler = join(
    dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
    'bin/wrangler.js',
  )
  return {
    file: process.execPath,
    args: [
      fileURLToPath(new URL('leash.ts', import.meta.url)),
      process.execPath,
      wrangler,
      'dev',
      '--config',
      join(root, 'wrangler.toml'),
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--inspector-port',
      '0',
      '--persist-to',
      resolve(dataDir, 'worker'),
      '--env-file',
      envFile,
      '--show-interactive-dev-session',
      'false',
      '--log-level',
      'warn',
    ],
    env: {
      ...process.env,
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      // It would write a trace of every event to a database of its own, and show all storage to whoever asks the port.
      X_LOCAL_OBSERVABILITY: 'false',
      X_LOCAL_EXPLORER: 'false',
    },
  }
}

function dotenv(variables: WorkerSettings['variables']): string {
  return Object.entries(variables)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}='${value}'\n`]))
    .join('')
}

/** Resolves when something answers at `url`; rejects when `ended` does first. */
export async function answering(url: string, ended: Promise<never>): Promise<void> {
  const settled = new AbortController()
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(patienceMs)])
  try {
    await Promise.race([poll(url, signal), ended])
  } finally {
    settled.abort()
  }
}

async function poll(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const answer = await fetch(url, { signal }).catch(() => undefined)
    if (answer && answer.status < 500) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
