import { digestOf } from '@vedette/core/bundle/digest'
import type { Manifest, Unit } from '@vedette/core/bundle/manifest'
import type { Content } from '@vedette/core/replica/content'

import isolateSource from '../dist/isolate.txt'

/** Everything an isolate is made of: the units of a manifest, and their wasm in the same order. */
export interface Program {
  readonly units: Unit[]
  readonly wasm: Uint8Array[]
}

export function programOf(content: Content): Program {
  const units = Object.values(content.manifest.units).filter((unit) => unit.wasm !== undefined)
  return { units, wasm: units.map(({ wasm = '' }) => content.blob(wasm)) }
}

/** The identity of what an isolate runs: its own source and the units. */
export function programId(units: Manifest['units']): Promise<string> {
  return digestOf(JSON.stringify([isolateSource, units]))
}

/** The code of an isolate without network and without bindings. */
export function isolateCode({ units, wasm }: Program): WorkerLoaderWorkerCode {
  const modules = wasm.map((bytes, index) => [`unit-${index}.wasm`, { wasm: bytes }] as const)
  return {
    compatibilityDate: '2026-10-01',
    mainModule: 'isolate.js',
    modules: {
      'isolate.js': isolateSource,
      'units.js': unitsModule(units),
      ...Object.fromEntries(modules),
    },
    globalOutbound: null,
  }
}

function unitsModule(units: readonly Unit[]): string {
  const imports = units.map((_, index) => `import module${index} from './unit-${index}.wasm'`)
  const items = units.map((unit, index) => `{ ...${JSON.stringify(unit)}, module: module${index} }`)
  return `${imports.join('\n')}\nexport const units = [${items.join(', ')}]\n`
}
