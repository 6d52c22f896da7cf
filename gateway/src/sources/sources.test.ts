import { expect, test } from 'vitest'

import { createTargets } from '../health/targets.ts'
import { readSourcesConfig } from './configuration.ts'
import { createHttpFetcher } from './http-fetcher.ts'
import { startSources } from './sources.ts'

const start = (...entries: readonly object[]) =>
  startSources({
    config: readSourcesConfig(JSON.stringify({ config: { entries } })),
    subscription: { scope: 'default', topics: ['policy_data'] },
    fetchers: { HttpFetchProvider: createHttpFetcher() },
    targets: createTargets([]),
    store: { setting: () => Promise.resolve(undefined), putSetting: () => Promise.resolve() },
    catalog: { document: () => ({}) },
    updates: { apply: () => Promise.reject(new Error('no')) },
    note: () => '',
    onStanding: () => undefined,
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

test('a place has one source, whatever others have there', async () => {
  const [one, two] = ['http://a.example/', 'http://b.example/']
  const starting = start({ url: one, dst_path: '/x' }, { url: two, dst_path: 'x/' })
  await expect(starting).rejects.toThrow('two sources have the same dst_path')
  const others = { url: two, dst_path: '/x', topics: ['others'] }
  const sources = await start({ url: one, dst_path: '/x' }, others)
  expect(sources.standing()).toMatchObject([{ name: '/x from http://a.example/' }])
  await sources.close()
})
