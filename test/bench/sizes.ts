import { brotliCompressSync } from 'node:zlib'

import { gzippedBytes } from './bundle.ts'
import { compilePolicies } from './engines/policy.ts'
import { small } from './engines/rules.ts'
import type { Measurement, Result } from './measurement.ts'

/** What has to be fetched before anything is decided. */
export const sizes: Measurement = {
  name: 'sizes',
  title: 'runtimes (gzip, without what is loaded when needed) and policies (brotli)',
  async run(kit) {
    const sdk = await sizeOf('opa-wasm SDK', gzippedBytes('@open-policy-agent/opa-wasm'))
    const [policy] = await compilePolicies([small], kit.say)
    if (!policy) throw new Error('the small policy is missing')
    const runtime = gzippedBytes('core/src/evaluator/plan/runtime/engine.ts')
    return [
      { ...row('plan engine', await runtime), baseline: sdk, atMost: 12 },
      {
        ...row('wasm engine', await gzippedBytes('core/src/evaluator/wasm/engine.ts')),
        baseline: sdk,
      },
      {
        ...row('browser SDK with its replica', await gzippedBytes('web-sdk/src/index.ts')),
        baseline: sdk,
      },
      {
        ...row('program of the small policy', brotliCompressSync(policy.program).length),
        baseline: await sizeOf('its wasm', brotliCompressSync(policy.wasm).length),
        atMost: 2,
      },
    ]
  },
}

function row(what: string, bytes: number): Omit<Result, 'baseline'> {
  return { what: `size: ${what}`, unit: 'kB', samples: [bytes / 1000] }
}

async function sizeOf(name: string, bytes: number | Promise<number>): Promise<Result['baseline']> {
  return { name, samples: [(await bytes) / 1000] }
}
