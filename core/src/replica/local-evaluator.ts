import { createBreath } from '../breath.ts'
import type { Digest } from '../bundle/digest.ts'
import type { Manifest, Unit } from '../bundle/manifest.ts'
import { formatRevision } from '../bundle/revision.ts'
import type { Decision } from '../evaluator/decision.ts'
import type { Engine } from '../evaluator/evaluator.ts'
import type { UnitNames } from '../evaluator/names.ts'
import type { PolicyEvaluator } from '../evaluator/query.ts'
import { createPolicyEvaluator } from '../evaluator/query.ts'
import { createUnitEngine, neededBlobs } from '../evaluator/unit-engine.ts'
import type { Json } from '../json/json.ts'
import type { JsonSource } from '../json/source.ts'
import { sourceOfValue } from '../json/source.ts'
import type { Content } from './content.ts'
import type { OpalView } from './opal-view.ts'
import { opalPatch, readsOpal, viewOf } from './opal-view.ts'
import { mayDecide } from './standing.ts'

/** Evaluates a replica's content in this very isolate: in Node and in browsers. */
export interface LocalEvaluator {
  /** Loads `content` beside what decides now, then takes its place; throwing changes nothing. */
  activate(content: Content): Promise<void>
  /** What policies see at `data.system.opal` from now on, unless the head hides it. */
  setOpal(document: Json): void
  /** Whether `content` can be loaded, without making it the one that decides. */
  tryOut(content: Loadable): Promise<void>
  /**
   * Decides at `now` (ms since 1970); `undefined` is no input. Throws `ERR_NOT_READY`,
   * `ERR_PASSIVE`, `ERR_STALE` or `ERR_EVALUATION`: no decision was made, and nothing may be concluded.
   */
  decide(path: readonly string[], input: JsonSource | undefined, now: number): Decision
}

/** Content before a head names it. */
export type Loadable = Omit<Content, 'head' | 'change'>

/** Engines by the content that they run. */
type Engines = ReadonlyMap<Digest, Engine>

interface Running {
  readonly content: Content
  readonly engines: Engines
  /** The engines that read of OPAL's document. */
  readonly readers: ReadonlySet<Digest>
  readonly view: OpalView
  readonly evaluator: () => PolicyEvaluator
}

/** What an activation gives to engines. */
type Loading = Omit<Running, 'evaluator'>

export function createLocalEvaluator(): LocalEvaluator {
  let running: Running | undefined
  let opal: Json | undefined
  /** Engines of trials: an activation takes those of new units over, the others are tried on again. */
  let tried: Engines = new Map()

  async function activate(content: Content): Promise<void> {
    const { manifest } = content
    const isSame = manifest === running?.content.manifest
    const engines = isSame
      ? (running?.engines ?? tried)
      : await enginesOf(content, new Map([...tried, ...(running?.engines ?? [])]))
    // Nothing is awaited from here on: data, policy and revision change together.
    const readers = (isSame ? running?.readers : undefined) ?? readersIn(manifest)
    const loading = { content, engines, readers, view: visible(content) }
    bringData(loading, running)
    const document = (): Json => running?.content.document ?? null
    const evaluator =
      (isSame ? running?.evaluator : undefined) ??
      once(() => createPolicyEvaluator({ units: unitsWith(engines, manifest), document }))
    tried = new Map([...tried].filter(([digest, engine]) => engines.get(digest) !== engine))
    running = { ...loading, evaluator }
  }

  const visible = ({ head, document }: Content): OpalView =>
    viewOf(document, head.hidesOpal ? undefined : opal)

  function setOpal(document: Json): void {
    if (document === opal) return
    opal = document
    if (!running) return
    running = { ...running, view: visible(running.content) }
    if (running.content.head.hidesOpal) return
    for (const digest of running.readers) tellOpal(running, digest, document)
  }

  /** Programs take any data, so those that decide already need no trial; each wasm is tried beside the one in use. */
  async function tryOut(content: Loadable): Promise<void> {
    const units = Object.values(content.manifest.units).filter(
      (unit) => !unit.program || !running?.engines.has(engineKey(unit)),
    )
    const data = sourceOfValue(content.document)
    const reusable = tried
    // Half loaded they would be of no use to anybody.
    tried = new Map()
    const engines = await enginesFor(units, content, reusable)
    for (const engine of engines.values()) engine.setData(data)
    tried = engines
  }

  return {
    activate,
    setOpal,
    tryOut,
    decide(path, input, now) {
      const reason = mayDecide(running?.content.head, now)
      // mayDecide throws when nothing is running.
      const { content, evaluator } = running as Running
      const result = evaluator().answer(path, input)
      const made = { revision: formatRevision(content.head), entrypoint: path.join('/') }
      return result === undefined ? { ...made, reason: 'undefined' } : { ...made, result, reason }
    },
  }
}

function enginesOf(content: Loadable, known: Engines): Promise<Engines> {
  return enginesFor(Object.values(content.manifest.units), content, known)
}

async function enginesFor(
  units: readonly Unit[],
  content: Loadable,
  known: Engines,
): Promise<Engines> {
  const engines = new Map<Digest, Engine>()
  const breathe = createBreath()
  for (const unit of units) {
    await breathe()
    const key = engineKey(unit)
    const engine =
      known.get(key) ?? (await createUnitEngine(unit, (digest) => content.blob(digest)))
    engines.set(key, engine)
  }
  return engines
}

/** The content that a unit's engine runs. */
function engineKey(unit: Unit): Digest {
  return neededBlobs(unit)[0] ?? ''
}

/** All engines get the data of `content`, or none does: when one refuses it, the others get theirs back. */
function bringData(loading: Loading, running: Running | undefined): void {
  const { content, engines } = loading
  const { document, change, head } = content
  const isNew = change !== undefined || document !== running?.content.document
  const isRevealed = head.hidesOpal !== running?.content.head.hidesOpal
  const former: Digest[] = []
  try {
    for (const [digest, engine] of engines) {
      const isRunning = running?.engines.get(digest) === engine
      if (isRunning && !isNew && !(isRevealed && loading.readers.has(digest))) continue
      if (isRunning) former.push(digest)
      const data = dataFor(digest, loading)
      if (isRunning && change && !isRevealed) engine.patchData(data, change.operations)
      else engine.setData(data)
    }
  } catch (error) {
    change?.undo()
    if (running) for (const digest of former) engines.get(digest)?.setData(dataFor(digest, running))
    throw error
  }
}

function dataFor(digest: Digest, { readers, view }: Loading): JsonSource {
  return readers.has(digest) ? view.seen() : view.plain
}

function tellOpal({ engines, view }: Running, reader: Digest, document: Json): void {
  try {
    engines.get(reader)?.patchData(view.seen(), opalPatch(document))
  } catch {
    // An engine without room for it goes on with the document before.
  }
}

function readersIn({ units }: Manifest): ReadonlySet<Digest> {
  return new Set(Object.values(units).filter(readsOpal).map(engineKey))
}

function unitsWith(engines: Engines, manifest: Manifest): readonly UnitNames[] {
  return Object.values(manifest.units).flatMap((unit) => {
    const engine = engines.get(engineKey(unit))
    return engine ? [{ ...unit, engine }] : []
  })
}

/** Makes it when it is first asked for. */
function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined
  return () => (made ??= { value: make() }).value
}
