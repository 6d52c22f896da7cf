import { digestOf } from '@vedette/core/bundle/digest'
import type { Manifest, Unit } from '@vedette/core/bundle/manifest'
import { isProgram, neededBlobs } from '@vedette/core/evaluator/unit-engine'
import type { Content } from '@vedette/core/replica/content'

import isolateSource from '../dist/isolate.txt'

/** The units of a manifest, and what each one runs: a program's text or wasm. */
export interface Program {
  readonly units: Unit[]
  readonly blobs: Uint8Array[]
}

export function programOf(content: Content): Program {
  const units = Object.values(content.manifest.units)
  return { units, blobs: units.map((unit) => content.blob(neededBlobs(unit)[0] ?? '')) }
}

/** The identity of what is run: the source of isolates and the units. */
export function programId(units: Manifest['units']): Promise<string> {
  return digestOf(JSON.stringify([isolateSource, units]))
}

/** Wasm cannot be compiled in a Worker: it comes as a module of an isolate that the Worker Loader makes. */
export function needsIsolate(units: Manifest['units']): boolean {
  return !Object.values(units).every(isProgram)
}

/** The code of an isolate without network and without bindings. */
export function isolateCode({ units, blobs }: Program): WorkerLoaderWorkerCode {
  const modules = units.map((unit, index) =>
    moduleOf(unit, index, blobs[index] ?? new Uint8Array()),
  )
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

function moduleOf(
  unit: Unit,
  index: number,
  bytes: Uint8Array,
): readonly [string, WorkerLoaderModule] {
  if (!isProgram(unit)) return [fileOf(unit, index), { wasm: bytes }]
  return [fileOf(unit, index), { text: new TextDecoder().decode(bytes) }]
}

function fileOf(unit: Unit, index: number): string {
  return `unit-${index}.${isProgram(unit) ? 'txt' : 'wasm'}`
}

function unitsModule(units: readonly Unit[]): string {
  const imports = units.map(
    (unit, index) => `import module${index} from './${fileOf(unit, index)}'`,
  )
  const items = units.map((unit, index) => `{ ...${JSON.stringify(unit)}, module: module${index} }`)
  return `${imports.join('\n')}\nexport const units = [${items.join(', ')}]\n`
}
