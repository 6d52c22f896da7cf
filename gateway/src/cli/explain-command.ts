import { explanationText } from '@vedette/core/door/explanation'
import { stringifyJson } from '@vedette/core/json/stringify'
import { Command } from 'commander'
import * as v from 'valibot'

import { ExplanationSchema } from '../compiler/explanation.ts'
import { readEntrypoint } from './entrypoint.ts'
import { readData, readJson, readModules } from './sources.ts'
import { wireModules, withToolchain } from './toolchain.ts'

interface Options {
  readonly entrypoint: string
  readonly data?: string
  readonly input?: string
  readonly v0?: true
}

const examples = `
Examples:
  vedette explain -d data.json -i input.json -e authz/allow authz.rego
  vedette explain -i input.json -e documents/allow policies/

Prints the result, then every rule that was tried, with its expressions: which held, which failed, and what they saw.
Without -d, a folder's data.json is at data.node.<folder>, where a deployment puts it.`

export const explainCommand: Command = new Command('explain')
  .description('tell why a rule has the result it has')
  .argument('<files...>', '.rego files, and folders of them')
  .requiredOption('-e, --entrypoint <path>', 'package and rule: authz/allow', readEntrypoint)
  .option('-d, --data <file>', 'JSON file of the data document')
  .option('-i, --input <file>', 'JSON file of the input; - is standard input')
  .option('--v0', 'the files are Rego v0')
  .addHelpText('after', examples)
  .action(run)

async function run(files: readonly string[], options: Options): Promise<void> {
  const { entrypoint, data, input, v0 } = options
  const asked = {
    modules: wireModules(await readModules(files)),
    entrypoint,
    regoVersion: v0 ? 0 : 1,
    data: await readData(data, files),
    ...(input !== undefined && { input: await readJson(input) }),
  }
  const answer = await withToolchain((toolchain) => toolchain.ask('explain', asked))
  const { result } = answer
  const value = result === undefined ? 'undefined' : stringifyJson(result)
  const explanation = explanationText(v.parse(ExplanationSchema, answer))
  process.stdout.write(`${entrypoint}: ${value}\n${explanation}`)
}
