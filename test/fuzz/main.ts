import { Command, InvalidArgumentError, Option } from 'commander'

import { engineNames, type EngineName } from '../../gateway/src/cli/engine.ts'
import { withToolchain } from '../../gateway/src/cli/toolchain.ts'
import { DEADLINE_MS, fuzz, type Found } from './fuzz.ts'
import { keep } from './kept.ts'

const PROGRESS_MS = 10_000

interface Options {
  readonly cases: number
  readonly seed: number
  readonly engine: readonly EngineName[]
  readonly keep?: true
}

await new Command('npm run fuzz --')
  .description('Compares the engines with native OPA on random policies, data and inputs.')
  .option('--cases <n>', 'how many answers to compare', readCount, 2000)
  .option('--seed <n>', 'where the random numbers begin', readCount, 1)
  .addOption(
    new Option('--engine <names...>', 'only these').choices(engineNames).default(['plan', 'wasm']),
  )
  .option('--keep', 'keep what differs in test/fuzz/cases')
  .action(run)
  .parseAsync()

async function run({ cases, seed, engine: engines, keep: isKept }: Options): Promise<void> {
  const found: Found[] = []
  const startedAt = performance.now()
  const { asked, answered } = await withToolchain(
    (toolchain) =>
      fuzz({
        cases,
        seed,
        engines,
        toolchain,
        onFound: (each) => report(found, each),
        onAsked: progress(cases),
      }),
    DEADLINE_MS,
  )
  if (isKept) for (const each of found) console.log(`kept ${await keep(each)}`)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  const counts = engines.map((engine) => `${engine} answered ${answered.get(engine)}`).join(', ')
  console.log(`${asked} cases of seed ${seed} in ${seconds} s: ${counts}; ${found.length} differ`)
  if (found.length > 0) process.exitCode = 1
}

/** Says now and then how far it is, beside what is printed. */
function progress(cases: number): (asked: number) => void {
  let saidAt = performance.now()
  return (asked) => {
    if (performance.now() - saidAt < PROGRESS_MS) return
    saidAt = performance.now()
    console.error(`${asked} of ${cases} cases`)
  }
}

function report(found: Found[], { source, ...difference }: Found): void {
  found.push({ source, ...difference })
  const { engine, entrypoint, detail, data, input } = difference
  console.log(`${engine} ${entrypoint}: ${detail}`)
  console.dir({ data, input }, { depth: null })
  console.log(source.trimEnd().replaceAll(/\n{2,}/g, '\n'))
  console.log('')
}

function readCount(text: string): number {
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 0) throw new InvalidArgumentError('not a count')
  return count
}
