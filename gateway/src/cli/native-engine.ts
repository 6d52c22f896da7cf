import type { Ask, Policy } from './engine.ts'
import { wireModules, type Toolchain } from './toolchain.ts'

/** Go OPA's own evaluation, with all of its builtins: what the other two are held against. */
export async function prepareNative(policy: Policy, toolchain: Toolchain): Promise<Ask> {
  const { modules, regoVersion, strictErrors, data = {} } = policy
  const common = { modules: wireModules(modules), regoVersion, strictErrors, data }
  return async (entrypoint, input) => {
    const asked = { ...common, entrypoint, ...(input !== undefined && { input }) }
    return (await toolchain.ask('eval', asked))['result']
  }
}
