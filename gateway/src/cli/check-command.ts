import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { Command } from 'commander'

import type { RegoModule } from '../catalog/units/compile.ts'
import { isTest, readModules } from './sources.ts'
import { wireModules, withToolchain, type Toolchain } from './toolchain.ts'

const examples = `
Examples:
  vedette check policies/
  vedette check --v0 old.rego

Silent when all is well; otherwise a line for each error, file:row:column first, and exit 1. Modules whose names end
in _test.rego may call any of OPA's builtins, the others those that replicas have.`

export const checkCommand: Command = new Command('check')
  .description('tell whether policies compile, and run in a replica')
  .argument('<files...>', '.rego files, and folders of them')
  .option('--v0', 'the files are Rego v0')
  .addHelpText('after', examples)
  .action(async (files: readonly string[], { v0 }: { readonly v0?: true }) => {
    const modules = await readModules(files)
    await withToolchain((toolchain) => check(modules, v0 ? 0 : 1, toolchain))
  })

async function check(
  modules: readonly RegoModule[],
  regoVersion: 0 | 1,
  toolchain: Toolchain,
): Promise<void> {
  const deployed = modules.filter((module) => !isTest(module))
  const common = { regoVersion, targets: [] }
  await toolchain.ask('compile', {
    ...common,
    modules: wireModules(deployed),
    builtins: capabilities,
  })
  if (deployed.length < modules.length)
    await toolchain.ask('compile', { ...common, modules: wireModules(modules) })
}
