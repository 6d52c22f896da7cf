import { stringifyJson } from '@vedette/core/json/stringify'
import { Command } from 'commander'
import * as v from 'valibot'

import { ExaminationSchema } from '../compiler/examination.ts'
import { readModules, readPolicyData } from './sources.ts'
import { reportOf } from './test-report.ts'
import { wireModules, withToolchain } from './toolchain.ts'

interface Options {
  readonly v0?: true
  readonly json?: true
}

const examples = `
Examples:
  vedette test policies/
  vedette test --json policies/documents

Runs the rules whose names begin with test_, as OPA does, and tells which lines no test reached; exit 1 when one fails.
A folder's data.json is at data.node.<folder>, where a deployment puts it.`

export const testCommand: Command = new Command('test')
  .description('run the tests of policies')
  .argument('<files...>', '.rego files, and folders of them')
  .option('--v0', 'the files are Rego v0')
  .option('--json', "print OPA's coverage report, as JSON")
  .addHelpText('after', examples)
  .action(run)

async function run(files: readonly string[], { v0, json }: Options): Promise<void> {
  const modules = wireModules(await readModules(files))
  const asked = { modules, data: await readPolicyData(files), regoVersion: v0 ? 0 : 1 }
  const answer = await withToolchain((toolchain) => toolchain.ask('test', asked))
  const examination = v.parse(ExaminationSchema, answer)
  const { coverage = null } = answer
  process.stdout.write(`${json ? stringifyJson(coverage) : reportOf(examination)}\n`)
  if (examination.tests.some(({ outcome }) => outcome === 'fail' || outcome === 'error'))
    process.exitCode = 1
}
