import { expect, test } from 'vitest'

import { createTargets } from '../health/targets.ts'
import { readSourcesConfig } from './configuration.ts'
import { createHttpFetcher } from './http-fetcher.ts'
import { startSources } from './sources.ts'

const start = (entry: object) =>
  startSources({
    config: readSourcesConfig(JSON.stringify({ config: { entries: [entry] } })),
    subscription: { scope: 'default', topics: ['policy_data'] },
    fetchers: { HttpFetchProvider: createHttpFetcher() },
    targets: createTargets([]),
    store: { setting: () => Promise.resolve(undefined), putSetting: () => Promise.resolve() },
    catalog: { document: () => ({}) },
    updates: { apply: () => Promise.reject(new Error('no')) },
    note: () => '',
  })

test.for([
  [{ url: 'http://a.example/', config: { fetcher: 'LdapFetchProvider' } }, 'LdapFetchProvider'],
  [{ url: 'http://a.example/', config: { method: 'trace' } }, 'config.method'],
  [{ url: 'ldap://a.example/' }, 'no http(s) URL'],
] as const)('what can never be loaded stops the start: %j', async ([entry, words]) => {
  const starting = start(entry)
  await expect(starting).rejects.toThrow(/^OPAL_DATA_CONFIG_SOURCES: /)
  await expect(starting).rejects.toThrow(words)
})

test('what is for nobody here is not loaded', async () => {
  const sources = await start({ url: 'http://a.example/', topics: ['other'] })
  expect(sources.standing()).toEqual([])
  expect(sources.entries()).toHaveLength(1)
  await sources.close()
})
