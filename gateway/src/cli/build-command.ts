import { writeFile } from 'node:fs/promises'

import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { Command } from 'commander'

import { bytesOf } from '../compiler/bytes.ts'
import { BadRequestError } from './bad-request-error.ts'
import { isTest, readModules, readPolicyData } from './sources.ts'
import { wireModules, withToolchain } from './toolchain.ts'

interface Options {
  readonly output: string
  readonly v0?: true
}

const examples = `
Examples:
  vedette build -o bundle.tar.gz policies/
  opa eval -b bundle.tar.gz data.documents.allow

The bundle holds the sources without their tests, the folders' data.json at data.node.<folder>, and policy.wasm with
every rule as an entrypoint.`

export const buildCommand: Command = new Command('build')
  .description('make a bundle that OPA loads')
  .argument('<files...>', '.rego files, and folders of them')
  .option('-o, --output <file>', 'where to write it', 'bundle.tar.gz')
  .option('--v0', 'the files are Rego v0')
  .addHelpText('after', examples)
  .action(run)

async function run(files: readonly string[], { output, v0 }: Options): Promise<void> {
  const modules = (await readModules(files)).filter((module) => !isTest(module))
  if (modules.length === 0) throw new BadRequestError('there is nothing but tests')
  const asked = {
    modules: wireModules(modules),
    data: await readPolicyData(files),
    builtins: capabilities,
    regoVersion: v0 ? 0 : 1,
  }
  const { bundle } = await withToolchain((toolchain) => toolchain.ask('bundle', asked))
  await writeFile(output, bytesOf(bundle))
}
