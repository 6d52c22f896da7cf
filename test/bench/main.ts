import { messageOf } from '@vedette/core/errors'
import { Command, Option } from 'commander'

import { coldStart } from './cold-start.ts'
import { dataUpdate } from './data-update.ts'
import { decision } from './decision.ts'
import { engineData } from './engine-data.ts'
import { engines } from './engines.ts'
import { evaluator } from './evaluator.ts'
import { createKit } from './kit.ts'
import type { Kit } from './kit.ts'
import { describeMachine } from './machine.ts'
import type { Measurement, Result } from './measurement.ts'
import { memory } from './memory.ts'
import { onap } from './onap.ts'
import { opal } from './opal.ts'
import { policyUpdateMany } from './policy-update-many.ts'
import { policyUpdate } from './policy-update.ts'
import { registration } from './registration.ts'
import { sizes } from './sizes.ts'
import { streamClients } from './stream-clients.ts'
import { formatTable } from './table.ts'

/** Memory has a story of its own, which must not be that of hundreds of updates before it. */
const measurements: readonly Measurement[] = [
  registration,
  memory,
  policyUpdate,
  policyUpdateMany,
  onap,
  opal,
  dataUpdate,
  streamClients,
  evaluator,
  decision,
  engines,
  coldStart,
  engineData,
  sizes,
]

function say(line: string): void {
  console.log(`# ${line}`)
}

async function main(names: readonly string[]): Promise<void> {
  const machine = describeMachine()
  const kit = createKit(say)
  const results: Result[] = []
  try {
    for (const measurement of measurements.filter(({ name }) => names.includes(name)))
      results.push(...(await measure(measurement, kit)))
  } finally {
    await kit.close()
  }
  console.log(`\n${formatTable(results)}\n\nBefore: ${machine}\nAfter: ${describeMachine()}`)
}

/** What fails takes no other number with it. */
async function measure({ name, title, run }: Measurement, kit: Kit): Promise<readonly Result[]> {
  say(`${name}: ${title}`)
  try {
    return await run(kit)
  } catch (error) {
    fail(error)
    return []
  }
}

function fail(error: unknown): void {
  console.error(`bench: ${messageOf(error)}`)
  process.exitCode = 1
}

const names = measurements.map(({ name }) => name)

await new Command('npm run bench --')
  .description('Measures what Vedette promises, each number beside a baseline of the same run.')
  .addOption(new Option('--only <name...>', 'only these').choices(names).default(names, 'all'))
  .action(({ only }: { readonly only: readonly string[] }) => main(only).catch(fail))
  .parseAsync()
