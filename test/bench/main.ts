import { messageOf } from '@vedette/core/errors'
import { Command, Option } from 'commander'

import { dataUpdate } from './data-update.ts'
import { decision } from './decision.ts'
import { evaluator } from './evaluator.ts'
import { createKit } from './kit.ts'
import { describeMachine } from './machine.ts'
import type { Measurement, Result } from './measurement.ts'
import { memory } from './memory.ts'
import { policyUpdate } from './policy-update.ts'
import { registration } from './registration.ts'
import { streamClients } from './stream-clients.ts'
import { formatTable } from './table.ts'

/** Memory comes after the updates, whose story it ends. */
const measurements: readonly Measurement[] = [
  registration,
  policyUpdate,
  dataUpdate,
  memory,
  streamClients,
  evaluator,
  decision,
]

function say(line: string): void {
  console.log(`# ${line}`)
}

async function main(names: readonly string[]): Promise<void> {
  const machine = describeMachine()
  const kit = createKit(say)
  const results: Result[] = []
  try {
    for (const { name, title, run } of measurements.filter((each) => names.includes(each.name))) {
      say(`${name}: ${title}`)
      results.push(...(await run(kit)))
    }
  } finally {
    await kit.close()
  }
  console.log(`\n${formatTable(results)}\n\nBefore: ${machine}\nAfter: ${describeMachine()}`)
}

const names = measurements.map(({ name }) => name)

await new Command('npm run bench --')
  .description('Measures what Vedette promises, each number beside a baseline of the same run.')
  .addOption(new Option('--only <name...>', 'only these').choices(names).default(names, 'all'))
  .action(({ only }: { readonly only: readonly string[] }) =>
    main(only).catch((error: unknown) => {
      console.error(`bench: ${messageOf(error)}`)
      process.exitCode = 1
    }),
  )
  .parseAsync()
