import { createHash } from 'node:crypto'

import { VedetteError } from '@vedette/core/errors'
import * as v from 'valibot'

import type { CatalogStore } from '../catalog/store.ts'
import { createTurns } from '../catalog/turns.ts'
import type { Targets } from '../health/targets.ts'
import { CallbackUrlSchema, FetcherConfigSchema } from './config.ts'
import type { ConfiguredCallback, FetcherConfig } from './config.ts'
import { pythonJson } from './python-json.ts'

/** The callbacks that are told of every update: the operator's, and those that were registered; these are durable. */
export interface Register {
  list(): readonly RegisteredCallback[]
  /**
   * Keeps a callback under its key, which is made from URL and configuration unless it is given; one of the same key,
   * or one registered without a key that calls the same, goes. Fails with `ERR_TARGET`, `ERR_CONFIGURED`, `ERR_LIMIT`.
   */
  add(callback: AskedCallback): Promise<RegisteredCallback>
  /** False when there is none of this key. Fails with `ERR_CONFIGURED` for the operator's. */
  remove(key: string): Promise<boolean>
}

export interface RegisteredCallback extends ConfiguredCallback {
  readonly key: string
  /** The operator configured it: any address may be called, and no request removes it. */
  readonly trusted: boolean
}

/** OPAL's CallbackEntry as it is posted. */
export const AskedCallbackSchema = v.object({
  key: v.nullish(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  url: CallbackUrlSchema,
  config: v.nullish(FetcherConfigSchema),
})
type AskedCallback = v.InferOutput<typeof AskedCallbackSchema>

const KeptSchema = v.array(
  v.object({ key: v.string(), url: v.string(), config: FetcherConfigSchema }),
)
type Kept = v.InferOutput<typeof KeptSchema>[number]

export interface RegisterOptions {
  readonly store: Pick<CatalogStore, 'putSetting' | 'setting'>
  readonly targets: Pick<Targets, 'check'>
  readonly configured: readonly ConfiguredCallback[]
  /** For a callback without a configuration of its own. */
  readonly defaults: FetcherConfig
}

const setting = 'callbacks'
const mostCallbacks = 100

export async function openRegister(options: RegisterOptions): Promise<Register> {
  const { store, targets, defaults } = options
  const configured = options.configured.map((callback): RegisteredCallback => ({
    ...callback,
    key: keyOf(callback),
    trusted: true,
  }))
  const turns = createTurns()
  let kept: readonly Kept[] = readKept(await store.setting(setting))

  async function keep(next: readonly Kept[]): Promise<void> {
    await store.putSetting(setting, JSON.stringify(next))
    kept = next
  }

  function refuseConfigured(key: string): void {
    if (configured.some((callback) => callback.key === key))
      throw new VedetteError('ERR_CONFIGURED', `${key} is set by OPAL_DEFAULT_UPDATE_CALLBACKS`)
  }

  return {
    list: () => [...configured, ...kept.map((callback) => ({ ...callback, trusted: false }))],
    add: ({ key: asked, url, config }) =>
      turns.run(async () => {
        targets.check(url)
        const callback = { url, config: config ?? defaults }
        const [key, made] = [asked ?? keyOf(callback), keyOf(callback)]
        refuseConfigured(key)
        const others = kept.filter((other) => other.key !== key && other.key !== made)
        if (others.length >= mostCallbacks)
          throw new VedetteError('ERR_LIMIT', `no more than ${mostCallbacks} can be registered`)
        await keep([...others, { key, ...callback }])
        return { key, ...callback, trusted: false }
      }),
    remove: (key) =>
      turns.run(async () => {
        refuseConfigured(key)
        const others = kept.filter((other) => other.key !== key)
        if (others.length === kept.length) return false
        await keep(others)
        return true
      }),
  }
}

/** OPAL's: of the URL and what its client writes of the configuration. */
function keyOf({ url, config }: ConfiguredCallback): string {
  const { fetcher, headers, is_json, process_data, method } = config
  const text = pythonJson({ fetcher, headers, is_json, process_data, method, data: null })
  return createHash('sha256').update(url).update(text).digest('hex')
}

function readKept(text: string | undefined): readonly Kept[] {
  return text === undefined ? [] : v.parse(v.pipe(v.string(), v.parseJson(), KeptSchema), text)
}
