import type { Digest } from '@vedette/core/bundle/digest'
import { VedetteError } from '@vedette/core/errors'
import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import type { LocalEvaluator } from '@vedette/core/replica/local-evaluator'
import { createLocalEvaluator } from '@vedette/core/replica/local-evaluator'
import type { Replica } from '@vedette/core/replica/replica'
import { openReplica } from '@vedette/core/replica/replica'
import type { Logger } from 'pino'

import type { Catalog } from './catalog/catalog.ts'
import { openCatalog } from './catalog/catalog.ts'
import type { CatalogStore } from './catalog/store.ts'
import type { WarmCompiler } from './compiler/compiler.ts'
import { createCompiler } from './compiler/compiler.ts'
import type { GatewayConfig } from './config.ts'
import { digestOf } from './digest.ts'
import type { Keys } from './keys/keys.ts'
import { ownWord } from './keys/own-word.ts'
import { pdpNameOf } from './pap/pdp-name.ts'
import { createGate } from './parity/gate.ts'

export interface PdpOptions {
  readonly config: GatewayConfig
  readonly keys: Keys
  /** The Go helper's binary. */
  readonly helperPath: string
  readonly store: CatalogStore
  readonly scope: string
  readonly log: Logger
}

/** What is in force, and the gateway's own replica, that decides by it. */
export interface Pdp {
  /** Toward the PAP, and in the fleet. */
  readonly name: string
  readonly compiler: WarmCompiler
  readonly catalog: Catalog
  readonly own: Replica
  readonly evaluator: LocalEvaluator
  close(): Promise<void>
}

export async function openPdp(options: PdpOptions): Promise<Pdp> {
  const { config, keys, helperPath, store, scope, log } = options
  const compiler = createCompiler({ helperPath, builtins: capabilities, log })
  const evaluator = createLocalEvaluator()
  const { signer, trust } = ownWord(keys.signer, keys.trust)
  const catalog: Catalog = await openCatalog({
    store,
    compiler,
    gate: createGate({
      compiler,
      withdraw: (checked, reason) => catalog.withdraw(checked, reason),
      idle: () => catalog.settled(),
      log,
    }),
    signer,
    scope,
    tryOut: evaluator.tryOut,
    loosePrefixes: config.loosePrefixes,
    hidesOpal: !config.healthForPolicies,
    log,
  })
  const name = config.pdpName ?? (await pdpNameOf(store))
  const own = await openReplica({
    id: name,
    kind: 'gateway',
    scope,
    trust,
    digester: digestOf,
    activate: evaluator.activate,
    fetchBlob: (digest) => contentIn(catalog, digest),
  })
  return {
    name,
    compiler,
    catalog,
    own,
    evaluator,
    async close() {
      await compiler.close()
      await catalog.close()
    },
  }
}

async function contentIn(catalog: Catalog, digest: Digest): Promise<Uint8Array> {
  const bytes = await catalog.blob(digest)
  if (!bytes) throw new VedetteError('ERR_CONTENT', `the catalogue has no content ${digest}`)
  return bytes
}
