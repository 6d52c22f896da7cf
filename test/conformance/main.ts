import { Command, Option } from 'commander'

import { engineNames, type EngineName } from '../../gateway/src/cli/engine.ts'
import { withToolchain } from '../../gateway/src/cli/toolchain.ts'
import { readOpaCases } from './cases.ts'
import { runCases } from './run.ts'
import { count, differencesOf, refusalsOf, tableOf } from './table.ts'

interface Options {
  readonly group?: string
  readonly engine?: readonly EngineName[]
  readonly verbose?: true
}

await new Command('npm run conformance --')
  .description("Puts OPA's own cases to the engines, and counts what they answer.")
  .option('--group <name>', 'only this folder of cases')
  .addOption(new Option('--engine <names...>', 'only these').choices(engineNames))
  .option('--verbose', 'show what differs')
  .action(run)
  .parseAsync()

async function run({ group, engine: engines = ['plan', 'wasm'], verbose }: Options): Promise<void> {
  const startedAt = performance.now()
  const all = await readOpaCases()
  const cases = group === undefined ? all : all.filter((each) => each.group === group)
  const outcomes = await withToolchain((toolchain) => runCases(cases, engines, toolchain))
  const shown = ['native', ...engines] as const
  console.log(tableOf(outcomes, shown))
  for (const engine of engines)
    console.log(`\n${engine} refused:\n\n${refusalsOf(outcomes, engine)}`)
  if (verbose) console.log(`\n${differencesOf(outcomes)}`)
  console.log(`\n${cases.length} cases in ${Math.round((performance.now() - startedAt) / 1000)} s`)
  if (shown.some((engine) => count(outcomes, engine, 'wrong') > 0)) process.exitCode = 1
}
