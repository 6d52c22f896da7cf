import { expect, test } from 'vitest'

import { readConfig } from './config.ts'

test('nothing set is a gateway on loopback that lets nobody in', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 8282,
    dataDir: '.vedette',
    token: '',
    api: { user: 'policyadmin', password: '' },
    kafka: undefined,
    edges: [],
    origins: [],
    allowedTargets: [],
    callbacks: { enabled: true },
  })
})

test('set but empty is as good as not set, and never listens everywhere', () => {
  const empty = {
    VEDETTE_HOST: '',
    VEDETTE_PORT: '',
    VEDETTE_DATA_DIR: '',
    VEDETTE_PDP_NAME: '',
    VEDETTE_EDGES: '',
    KAFKA_URL: '',
    PAP_TOPIC: '',
    GROUPID: '',
    PATCH_TOPIC: '',
    PATCH_GROUPID: '',
    OPAL_DATA_CONFIG_SOURCES: '',
    OPAL_DATA_TOPICS: '',
    OPAL_DATA_UPDATER_ENABLED: '',
    OPAL_SHOULD_REPORT_ON_DATA_UPDATES: '',
    OPAL_OPA_HEALTH_CHECK_POLICY_ENABLED: '',
  }
  expect(readConfig(empty)).toEqual(readConfig({}))
})

test('lists are cut at commas, whatever is around them', () => {
  const { edges, origins, allowedTargets } = readConfig({
    VEDETTE_EDGES: ' http://127.0.0.1:8787 ,https://edge.example/base, ',
    VEDETTE_ORIGINS: 'https://a.example,https://b.example',
    VEDETTE_ALLOWED_TARGETS: '127.0.0.0/8,fd00::/8,*.corp.example,10.0.0.5',
  })
  expect(edges).toEqual(['http://127.0.0.1:8787', 'https://edge.example/base'])
  expect(origins).toEqual(['https://a.example', 'https://b.example'])
  expect(allowedTargets).toHaveLength(4)
})

test('the names that older deployments of OPA-PDP use are read where the present ones are not set', () => {
  const older = {
    BOOSTSTRAP_SERVER: 'old:9092',
    TOPIC: 'old-topic',
    USER_NAME: 'old-user',
    PASSWORD: 'old-password',
  }
  expect(readConfig(older)).toMatchObject({
    kafka: { url: 'old:9092' },
    papTopic: 'old-topic',
    api: { user: 'old-user', password: 'old-password' },
  })
  const present = { KAFKA_URL: 'new:9092', PAP_TOPIC: 'new', API_USER: 'new', API_PASSWORD: '' }
  expect(readConfig({ ...older, ...present })).toMatchObject({
    kafka: { url: 'new:9092' },
    papTopic: 'new',
    api: { user: 'new', password: '' },
  })
})

test('patches go through Kafka only where someone says so', () => {
  expect(readConfig({}).patchTopic).toBeUndefined()
  for (const yes of ['true', 'T', '1'])
    expect(readConfig({ USE_KAFKA_FOR_PATCH: yes }).patchTopic).toBe('opa-pdp-data')
  for (const no of ['yes', 'tRUE', '0'])
    expect(readConfig({ USE_KAFKA_FOR_PATCH: no }).patchTopic).toBeUndefined()
  expect(readConfig({ PATCH_TOPIC: 'mine' }).patchTopic).toBeUndefined()
})

test('sources of data are entries, or where to read them', () => {
  const read = (sources: object): object =>
    readConfig({ OPAL_DATA_CONFIG_SOURCES: JSON.stringify(sources) }).data.sources
  expect(readConfig({}).data).toMatchObject({ sources: { entries: [] }, topics: ['policy_data'] })
  const entries = [{ url: 'http://a.example/', dst_path: '/a', periodic_update_interval: 3 }]
  expect(read({ config: { entries } })).toMatchObject({
    entries: [{ dstPath: '/a', saveMethod: 'PUT', periodicUpdateInterval: 3 }],
  })
  expect(read({ config: {} })).toEqual({ entries: [] })
  expect(read({ external_source_url: 'http://a.example/list' })).toEqual({
    externalUrl: 'http://a.example/list',
  })
})

test.for([
  ['{', 'line 1'],
  ['{}', 'either'],
  ['{"config":{"entries":[]},"external_source_url":"http://a/"}', 'either'],
  ['{"config":{"entries":[{"dst_path":"/secret"}]}}', 'config.entries.0.url'],
  ['{"config":{"entries":[{"url":""}]}}', 'config.entries.0.data'],
  ['{"config":{"entries":[{"url":"http://a/","save_method":"DELETE"}]}}', 'config.entries.0'],
  ['{"external_source_url":"secret"}', 'external_source_url'],
])('OPAL_DATA_CONFIG_SOURCES=%s stops the start, and says where it is wrong', ([value, words]) => {
  const reading = (): unknown => readConfig({ OPAL_DATA_CONFIG_SOURCES: value })
  expect(reading).toThrow(/^OPAL_DATA_CONFIG_SOURCES: /)
  expect(reading).toThrow(words)
  expect(reading).not.toThrow('secret')
})

test('a wrong log level is info; OPAL reads its flags in any case', () => {
  const levels = ['loud', '', 'DEBUG', 'warning'].map(
    (LOG_LEVEL) => readConfig({ LOG_LEVEL }).logLevel,
  )
  expect(levels).toEqual(['info', 'info', 'debug', 'warn'])
  const enabled = (value: string): boolean =>
    readConfig({ OPAL_SHOULD_REPORT_ON_DATA_UPDATES: value }).callbacks.enabled
  expect([enabled('False'), enabled('0'), enabled('TRUE'), enabled('1')]).toEqual([
    false,
    false,
    true,
    true,
  ])
})

test('says what a number is to be', () => {
  expect(() => readConfig({ VEDETTE_PORT: '8282x' })).toThrow(
    'VEDETTE_PORT: is not a port, 0 to 65535',
  )
  expect(() => readConfig({ OPAL_HTTP_FETCHER_TIMEOUT: '0' })).toThrow(
    'OPAL_HTTP_FETCHER_TIMEOUT: is not a number of seconds up to 300',
  )
})

test.for([
  ['VEDETTE_PORT', '8282x'],
  ['VEDETTE_PORT', '65536'],
  ['VEDETTE_PORT', '-1'],
  ['VEDETTE_EDGES', 'edge.example'],
  ['VEDETTE_EDGES', 'ftp://edge.example'],
  ['VEDETTE_PDP_NAME', 'a name'],
  ['VEDETTE_ALLOWED_TARGETS', '10.0.0.0/99'],
  ['VEDETTE_ALLOWED_TARGETS', 'http://a.example'],
  ['VEDETTE_KAFKA_SASL_MECHANISM', 'GSSAPI'],
  ['VEDETTE_KAFKA_CA_FILE', '/no/such/file'],
  ['VEDETTE_KAFKA_TOKEN_URL', 'login.example'],
])('%s=%s stops the start by its name', ([name, value]) => {
  expect(() => readConfig({ [name ?? '']: value })).toThrow(new RegExp(`^${name}`))
})
