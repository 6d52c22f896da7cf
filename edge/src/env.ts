import { VedetteError } from '@vedette/core/errors'
import { env } from 'cloudflare:workers'

import type { ReplicaHub } from './hub.ts'

/** What wrangler.toml binds, and the variables of a Worker that decides. */
export interface EdgeEnv {
  readonly HUB: DurableObjectNamespace<ReplicaHub>
  readonly LOADER: WorkerLoader
  /** Bearer token of the publisher and of `/v1/data`; unset, both are closed. */
  readonly VEDETTE_TOKEN?: string
  /** JWKS text with the public keys whose entries and heads are believed; unset, every push is refused. */
  readonly VEDETTE_TRUST?: string
  /** Origins answered by CORS, comma separated. Default: none. */
  readonly VEDETTE_ORIGINS?: string
  /** How long an isolate uses its head before it asks again, in ms. Default 1000; 0 asks each time. */
  readonly VEDETTE_FRESHNESS_MS?: string
}

/** The one scope of this version, and the name of its hub. */
export const scope = 'default'

export const bindings: EdgeEnv = env as unknown as EdgeEnv

/** Stubs belong to a request, so each request asks for its own. `ERR_BINDING` without that binding. */
export function hub(): DurableObjectStub<ReplicaHub> {
  return bound('HUB').getByName(scope)
}

/** Makes isolates. `ERR_BINDING` without that binding, which only policies that are wasm alone need. */
export function loader(): WorkerLoader {
  return bound('LOADER')
}

/** What a wrangler.toml of a user's own may lack, whatever the types say. */
function bound<Name extends 'HUB' | 'LOADER'>(name: Name): EdgeEnv[Name] {
  const binding: EdgeEnv[Name] | undefined = bindings[name]
  if (binding) return binding
  throw new VedetteError('ERR_BINDING', `the Worker has no binding ${name}: see docs/your-own.md`)
}
