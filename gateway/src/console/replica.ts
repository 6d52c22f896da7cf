import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json } from '@vedette/core/json/json'
import type { StatusReport } from '@vedette/core/protocol/status-report'

import type { Ask } from './ask.ts'

/** What the page uses of `/sdk/index.js`: the very module that applications load. */
export interface Sdk {
  createPolicyClient(options: {
    readonly url: string
    readonly scope: string
    readonly trust: object
    readonly token: () => Promise<string>
  }): Replica
  readonly parseJson: (text: string) => Json
  readonly stringifyJson: (value: Json) => string
}

/** The policy client of the page. */
export interface Replica {
  decide(entrypoint: string, input?: Json): Decision
  status(): StatusReport & { readonly online: boolean }
  onStatus(listener: () => void): () => void
  inForce(): {
    readonly policies: readonly { readonly name: string; readonly version: string }[]
    readonly entrypoints: readonly string[]
  }
}

/** `/console/config.json`. */
export interface Config {
  readonly scope: string
  readonly trust: object
  readonly workers: readonly string[]
}

const sdkUrl: string = '/sdk/index.js'

export function loadSdk(): Promise<Sdk> {
  return import(sdkUrl) as Promise<Sdk>
}

export async function loadConfig(): Promise<Config> {
  const response = await fetch('/console/config.json')
  return (await response.json()) as Config
}

/** Starts the page's own replica; its token comes from the gateway, again whenever one has run out. */
export function startReplica(sdk: Sdk, { scope, trust }: Config, ask: Ask): Replica {
  return sdk.createPolicyClient({
    url: location.origin,
    scope,
    trust,
    async token() {
      const answer = await ask('/tokens', JSON.stringify({ scope, sub: 'console' }))
      return (JSON.parse(answer) as { token: string }).token
    },
  })
}
