/**
 * The PDP in the browser: policies and data come from the gateway, signed; decisions are made in the page, offline too.
 *
 * ```ts
 * import { createPolicyClient } from '@vedette/web-sdk'
 *
 * const client = createPolicyClient({ url: 'https://gateway.example', token, trust })
 * await client.ready()
 * const { result } = client.decide('documents/allow', { user: 'alice', action: 'read', document: 'd1' })
 * if (result === true) show()
 * ```
 *
 * `token` comes from `POST /tokens`, `trust` is the JWKS of the gateway's public key. A page with a Content Security
 * Policy needs `connect-src` for the gateway; `script-src 'wasm-unsafe-eval'` only for policies that are wasm alone.
 */

export { createPolicyClient } from './client.ts'
export type {
  ClientStatus,
  DecideOptions,
  InForce,
  PolicyClient,
  PolicyClientOptions,
  TrustedKeys,
} from './policy-client.ts'
export type { DoorErrorCode, Token } from './door.ts'
export type { DecisionListener } from './watchers.ts'

export type { Decision } from '@vedette/core/evaluator/decision'
export { EvaluationError } from '@vedette/core/evaluator/evaluator'
export { VedetteError } from '@vedette/core/errors'
export type { Json, JsonObject } from '@vedette/core/json/json'
export { parseJson } from '@vedette/core/json/parse'
export { stringifyJson } from '@vedette/core/json/stringify'
export { createMemoryStorage } from '@vedette/core/replica/storage'
export type { ReplicaStorage, StorageChange } from '@vedette/core/replica/storage'
