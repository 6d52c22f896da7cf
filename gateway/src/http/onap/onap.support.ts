import { createApp } from '../app.ts'
import { onapDoors } from './onap.ts'
import type { OnapDoorsOptions } from './onap.ts'
import { createStatistics } from './statistics.ts'

/** A catalogue with nothing in it. */
export const emptyCatalog: OnapDoorsOptions['catalog'] = {
  policies: () => [],
  state: () => 'ACTIVE',
  dataPaths: () => undefined,
  document: () => ({}),
  patchData: () => Promise.resolve({ epoch: 1, sequence: 1 }),
}

/** What the account of `openOnap` sends. */
export const authorization = `Basic ${Buffer.from('policyadmin:pass').toString('base64')}`

/** The ONAP doors of a healthy PDP; the answer to each request, with the account's credential unless it brings its own. */
export function openOnap(
  options: Partial<OnapDoorsOptions>,
): (path: string, asking?: Asking) => Promise<Response> {
  const doors = onapDoors({
    decide: (path) => ({ revision: '1.1', entrypoint: path.join('/'), reason: 'undefined' }),
    own: { active: () => undefined, waitFor: () => Promise.resolve() },
    api: { user: 'policyadmin', password: 'pass' },
    asker: { user: '', password: '' },
    token: 'secret',
    pdpName: 'opa-1',
    ready: () => true,
    trouble: () => undefined,
    compiler: { tree: () => Promise.resolve({ tree: '{}' }) },
    statistics: createStatistics(),
    required: {
      settled: () => Promise.resolve({ applied: ['opa-1'], failed: [], pending: [] }),
    },
    catalog: emptyCatalog,
    ...options,
  })
  const app = createApp({ origins: [], host: 'elsewhere', log: { error: () => {} }, doors })
  return async (path, { headers, ...asking } = {}) =>
    app.request(path, { ...asking, headers: { authorization, ...headers } })
}

export interface Asking {
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}
