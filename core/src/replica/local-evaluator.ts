import type { Digest } from '../bundle/digest.ts'
import type { Unit } from '../bundle/manifest.ts'
import { formatRevision } from '../bundle/revision.ts'
import type { Decision } from '../evaluator/decision.ts'
import type { Engine } from '../evaluator/evaluator.ts'
import type { PolicyEvaluator } from '../evaluator/query.ts'
import { createPolicyEvaluator } from '../evaluator/query.ts'
import { createWasmEngine } from '../evaluator/wasm/engine.ts'
import type { WasmModule } from '../evaluator/wasm/webassembly.ts'
import { compileUnit } from '../evaluator/wasm/webassembly.ts'
import type { Json } from '../json/json.ts'
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
   * Decides at `now` (ms since 1970); `input` is JSON text, `undefined` is no input. Throws `ERR_NOT_READY`,
   * `ERR_PASSIVE`, `ERR_STALE` or `ERR_EVALUATION`: no decision was made, and nothing may be concluded.
   */
  decide(path: readonly string[], input: string | undefined, now: number): Decision
}

/** Content before a head names it. */
export type Loadable = Omit<Content, 'head'>

interface Running {
  readonly content: Content
  readonly evaluator: PolicyEvaluator
  readonly engines: ReadonlyMap<Digest, Engine>
}

export function createLocalEvaluator(): LocalEvaluator {
  const modules = new Map<Digest, Promise<WasmModule>>()
  let running: Running | undefined

  function compiled(unit: Unit, content: Loadable): Promise<WasmModule> {
    const known = modules.get(unit.wasm)
    if (known) return known
    const compiling = compileUnit(content.wasm(unit.wasm))
    compiling.catch(() => modules.delete(unit.wasm))
    modules.set(unit.wasm, compiling)
    return compiling
  }

  async function load(content: Loadable): Promise<ReadonlyMap<Digest, Engine>> {
    const document = stringifyJson(content.document)
    const engines = new Map<Digest, Engine>()
    for (const unit of content.manifest.units) {
      const engine = createWasmEngine(await compiled(unit, content))
      engine.setData(document)
      engines.set(unit.wasm, engine)
    }
    return engines
  }

  function forget(content: Content): void {
    const inUse = new Set(content.manifest.units.map((unit) => unit.wasm))
    for (const digest of modules.keys()) if (!inUse.has(digest)) modules.delete(digest)
  }

  return {
    async activate(content) {
      running = refreshed(running, content) ?? runningOn(content, await load(content))
      forget(content)
    },
    async tryOut(content) {
      await load(content)
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

/** A new head over the same units: the engines go on, with new data where it changed. */
function refreshed(running: Running | undefined, content: Content): Running | undefined {
  if (!running || !sameUnits(running.content, content)) return undefined
  if (running.content.document !== content.document) replaceData(running, content.document)
  return runningOn(content, running.engines)
}

/** All engines get the data or none does: an engine that refuses it keeps its own, the ones before get theirs back. */
function replaceData({ content, engines }: Running, document: Json): void {
  const text = stringifyJson(document)
  const done: Engine[] = []
  try {
    for (const engine of engines.values()) {
      engine.setData(text)
      done.push(engine)
    }
  } catch (error) {
    const before = stringifyJson(content.document)
    for (const engine of done) engine.setData(before)
    throw error
  }
}

function runningOn(content: Content, engines: ReadonlyMap<Digest, Engine>): Running {
  const units = content.manifest.units.flatMap((unit) => {
    const engine = engines.get(unit.wasm)
    return engine ? [{ ...unit, engine }] : []
  })
  return {
    content,
    engines,
    evaluator: createPolicyEvaluator({ units, document: content.document }),
  }
}

function sameUnits(a: Content, b: Content): boolean {
  return JSON.stringify(a.manifest.units) === JSON.stringify(b.manifest.units)
}
