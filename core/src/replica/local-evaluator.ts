import type { Digest } from '../bundle/digest.ts'
import type { Unit } from '../bundle/manifest.ts'
import { formatRevision } from '../bundle/revision.ts'
import { loadBuiltins } from '../evaluator/builtins/table.ts'
import type { Decision } from '../evaluator/decision.ts'
import type { Engine } from '../evaluator/evaluator.ts'
import type { PolicyEvaluator } from '../evaluator/query.ts'
import { createPolicyEvaluator } from '../evaluator/query.ts'
import { createWasmEngine } from '../evaluator/wasm/engine.ts'
import type { WasmModule } from '../evaluator/wasm/webassembly.ts'
import { compileUnit } from '../evaluator/wasm/webassembly.ts'
import type { JsonSource } from '../json/source.ts'
import { sourceOfValue } from '../json/source.ts'
import { stringifyJson } from '../json/stringify.ts'
import type { Content } from './content.ts'
import { mayDecide } from './standing.ts'

/** Evaluates a replica's content in this very isolate: in Node and in browsers. */
export interface LocalEvaluator {
  /** Compiles and loads `content` beside what decides now, then takes its place; throwing changes nothing. */
  activate(content: Content): Promise<void>
  /** Whether `content` can be compiled and loaded, without making it the one that decides. */
  tryOut(content: Loadable): Promise<void>
  /**
   * Decides at `now` (ms since 1970); `undefined` is no input. Throws `ERR_NOT_READY`,
   * `ERR_PASSIVE`, `ERR_STALE` or `ERR_EVALUATION`: no decision was made, and nothing may be concluded.
   */
  decide(path: readonly string[], input: JsonSource | undefined, now: number): Decision
}

/** Content before a head names it. */
export type Loadable = Omit<Content, 'head'>

/** Engines of a manifest's units, all with the same data in them. */
interface Loaded {
  /** The manifest's units as JSON. */
  readonly units: string
  /** The data document. */
  readonly data: JsonSource
  readonly engines: ReadonlyMap<Digest, Engine>
}

interface Running {
  readonly content: Content
  readonly loaded: Loaded
  readonly evaluator: PolicyEvaluator
}

export function createLocalEvaluator(): LocalEvaluator {
  const modules = new Map<Digest, Promise<WasmModule>>()
  let running: Running | undefined
  /** What was tried out last: it takes its place when it is activated, and what decided before is tried on next. */
  let spare: Loaded | undefined

  function compiled(unit: WasmUnit, content: Loadable): Promise<WasmModule> {
    const known = modules.get(unit.wasm)
    if (known) return known
    const compiling = compileUnit(content.blob(unit.wasm))
    compiling.catch(() => modules.delete(unit.wasm))
    modules.set(unit.wasm, compiling)
    return compiling
  }

  async function enginesOf(content: Loadable): Promise<ReadonlyMap<Digest, Engine>> {
    const engines = new Map<Digest, Engine>()
    const builtins = await loadBuiltins()
    for (const unit of wasmUnits(content)) {
      engines.set(unit.wasm, createWasmEngine(await compiled(unit, content), { builtins }))
    }
    return engines
  }

  async function load(content: Loadable, reusable?: Loaded): Promise<Loaded> {
    const units = unitsOf(content)
    const data = sourceOfValue(content.document)
    const engines = reusable?.units === units ? reusable.engines : await enginesOf(content)
    for (const engine of engines.values()) engine.setData(data)
    return { units, data, engines }
  }

  /** What was tried out, when it is just this content. */
  function takeTried(content: Content): Loaded | undefined {
    if (spare?.units !== unitsOf(content) || spare.data.text() !== stringifyJson(content.document))
      return undefined
    const tried = spare
    spare = running?.loaded
    return tried
  }

  function forget(content: Content): void {
    const inUse = new Set(wasmUnits(content).map((unit) => unit.wasm))
    for (const digest of modules.keys()) if (!inUse.has(digest)) modules.delete(digest)
  }

  return {
    async activate(content) {
      const loaded =
        renewed(running, content) ??
        takeTried(content) ??
        refreshed(running, content) ??
        (await load(content))
      running = runningOn(content, loaded)
      forget(content)
    },
    async tryOut(content) {
      const reusable = spare
      // Half loaded it would be of no use to anybody.
      spare = undefined
      spare = await load(content, reusable)
    },
    decide(path, input, now) {
      const reason = mayDecide(running?.content.head, now)
      // mayDecide throws when nothing is running.
      const { content, evaluator } = running as Running
      const result = evaluator.answer(path, input)
      const made = { revision: formatRevision(content.head), entrypoint: path.join('/') }
      return result === undefined ? { ...made, reason: 'undefined' } : { ...made, result, reason }
    },
  }
}

/** A new head over what decides already. */
function renewed(running: Running | undefined, content: Content): Loaded | undefined {
  if (running?.content.document !== content.document) return undefined
  return running.loaded.units === unitsOf(content) ? running.loaded : undefined
}

/** New data for the units that decide. */
function refreshed(running: Running | undefined, content: Content): Loaded | undefined {
  if (running?.loaded.units !== unitsOf(content)) return undefined
  const data = sourceOfValue(content.document)
  replaceData(running.loaded, data)
  return { ...running.loaded, data }
}

/** All engines get the data or none does: an engine that refuses it keeps its own, the ones before get theirs back. */
function replaceData(loaded: Loaded, data: JsonSource): void {
  const done: Engine[] = []
  try {
    for (const engine of loaded.engines.values()) {
      engine.setData(data)
      done.push(engine)
    }
  } catch (error) {
    for (const engine of done) engine.setData(loaded.data)
    throw error
  }
}

function runningOn(content: Content, loaded: Loaded): Running {
  const units = wasmUnits(content).flatMap((unit) => {
    const engine = loaded.engines.get(unit.wasm)
    return engine ? [{ ...unit, engine }] : []
  })
  const evaluator = createPolicyEvaluator({ units, document: content.document })
  return { content, loaded, evaluator }
}

type WasmUnit = Unit & { readonly wasm: Digest }

function wasmUnits({ manifest }: Loadable): readonly WasmUnit[] {
  return Object.values(manifest.units).flatMap((unit) => {
    return unit.wasm === undefined ? [] : [{ ...unit, wasm: unit.wasm }]
  })
}

function unitsOf({ manifest }: Loadable): string {
  return JSON.stringify(manifest.units)
}
