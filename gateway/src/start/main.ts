import { messageOf } from '@vedette/core/errors'
import { Command } from 'commander'

import { readPort } from './ports.ts'
import { startStage } from './stage.ts'
import type { Stage } from './stage.ts'
import { starterGone } from './starter.ts'

interface Options {
  readonly policies: string
  readonly port: number
  readonly edgePort: number
  readonly dataDir: string
  readonly once: boolean
}

/** `npm start`: the whole story on this machine, until Ctrl-C. */
async function main(options: Options): Promise<void> {
  const ending = new AbortController()
  const asked = whenAsked().then(() => ending.abort())
  const common = { ...options, environment: process.env, say, signal: ending.signal }
  if (options.once) {
    const { playOnce } = await import('./once.ts')
    process.exitCode = (await playOnce(common)) ? 0 : 1
    return
  }
  const stage = await startStage(common)
  try {
    announce(stage, options)
    await Promise.race([asked, stage.gone])
    say('stopping')
  } finally {
    await stage.stop()
  }
}

function announce(stage: Stage, { policies }: Options): void {
  const pids = [stage.gateway(), stage.worker(), ...(stage.pap ? [stage.pap] : [])]
    .map((child) => `${child.name} ${child.process.pid}`)
    .join(', ')
  say('')
  say(`Console   ${stage.gatewayUrl}/console#token=${stage.token}`)
  say(`Gateway   ${stage.gatewayUrl}`)
  say(
    `Worker    ${stage.workerUrl}   try: curl -H 'x-user: alice' ${stage.workerUrl}/api/documents/roadmap`,
  )
  // The operator's own password is nobody's business on a terminal.
  if (process.env['API_PASSWORD'] === undefined)
    say(`ONAP      ${stage.gatewayUrl}/policy/pdpo/v1 for ${stage.api.user}:${stage.api.password}`)
  say(
    stage.pap
      ? `PAP       local, assigns ${policies}; edit a policy and watch`
      : `PAP       yours, at ${process.env['KAFKA_URL']}`,
  )
  say(`Processes ${pids}; Ctrl-C ends them all`)
}

/** Resolves when we are asked to end, or when the process that started us is gone. */
function whenAsked(): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve())
  })
  return Promise.race([asked, starterGone()])
}

function say(line: string): void {
  console.log(line)
}

await new Command('npm start --')
  .description(
    'Gateway, local PAP and a Worker in workerd on this machine, and a console page that shows them.',
  )
  .option('--policies <dir>', 'policy folders that the local PAP assigns', 'policies')
  .option('--port <n>', 'port of the gateway; 0 is any free one', readPort, 8282)
  .option('--edge-port <n>', 'port of the Worker; 0 is any free one', readPort, 8787)
  .option(
    '--data-dir <dir>',
    'database, keys and made-up credentials',
    process.env['VEDETTE_DATA_DIR'] ?? '.vedette',
  )
  .option(
    '--once',
    'play the whole story without a person, on data of its own, and exit 0 if every step held',
    false,
  )
  .action((options: Options) =>
    main(options).catch((error: unknown) => {
      console.error(`vedette: ${messageOf(error)}`)
      process.exitCode = 1
    }),
  )
  .parseAsync()
