import { readFile } from 'node:fs/promises'

import { createMemoryTopic } from '../../gateway/src/kafka/memory-topic.support.ts'
import { silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import { eventually } from './eventually.ts'
import { startOnapGateway } from './onap-gateway.ts'
import type { OnapAnswer, OnapGateway } from './onap-gateway.ts'
import type { Replayed } from './recorded.ts'

/** One exchange with the real OPA-PDP, as it was recorded: a request on a topic, or of HTTP, and the answer. */
interface Captured {
  readonly label: string
  readonly request?: { readonly requestId: string; readonly name?: string }
  /** Null: there was none. */
  readonly response?: object | null
  readonly http?: { readonly method: string; readonly path: string; readonly body?: unknown }
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly responseBody?: string
  readonly messages?: readonly { readonly raw: string }[]
  /** A record on the topic of patches. */
  readonly value?: object
  /** Records of the PDP that nobody asked for. */
  readonly raw?: string | readonly string[]
}

const file = new URL('fixtures/onap-messages.json', import.meta.url)

/** The PDP that was asked to share patches on their topic, and the other one. */
const sharesPatches = (label: string): boolean => label.includes('USE_KAFKA_FOR_PATCH')

/** Asks two gateways everything that two OPA-PDPs were asked, in the same order. */
export async function replay(): Promise<readonly Replayed[]> {
  const { captured } = JSON.parse(await readFile(file, 'utf8')) as {
    readonly captured: readonly Captured[]
  }
  const world = await open(captured)
  try {
    const replayed: Replayed[] = []
    for (const each of captured) {
      replayed.push(await exchange(each, world))
      await tidy(each, world)
    }
    return replayed
  } finally {
    await Promise.all(world.gateways.map((gateway) => gateway[Symbol.asyncDispose]()))
  }
}

interface World {
  readonly pap: Topic
  readonly patches: Topic
  /** Everything on each topic, parsed. */
  readonly statuses: readonly Status[]
  readonly shared: readonly object[]
  readonly gateways: readonly [OnapGateway, OnapGateway]
}

interface Status {
  readonly messageName: string
  readonly name: string
  readonly description: string
  readonly response: { readonly responseTo: string } | null
}

async function open(captured: readonly Captured[]): Promise<World> {
  const [pap, patches] = [1, 2].map(() => createMemoryTopic(silentLogger)) as [Topic, Topic]
  const [statuses, shared]: [Status[], object[]] = [[], []]
  await pap.subscribe((text) => {
    const message = JSON.parse(text) as Status
    if (message.messageName === 'PDP_STATUS') statuses.push(message)
  })
  await patches.subscribe((text) => void shared.push(JSON.parse(text) as object))
  const [a = '', b = ''] = (captured[0]?.messages ?? []).map(
    ({ raw }) => (JSON.parse(raw) as Status).name,
  )
  const start = (name: string, more: object): Promise<OnapGateway> =>
    startOnapGateway({ topic: pap, environment: { VEDETTE_PDP_NAME: name }, ...more })
  const gateways = [await start(a, {}), await start(b, { patches })] as const
  return { pap, patches, statuses, shared, gateways }
}

async function exchange(captured: Captured, world: World): Promise<Replayed> {
  const { label } = captured
  if (captured.http) return { label, ...(await overHttp(captured, captured.http, world)) }
  if (captured.request) return { label, ...(await overTopic(captured, captured.request, world)) }
  return { label, ...(await unasked(captured, world)) }
}

async function overHttp(
  { label, status, headers = {}, responseBody = '' }: Captured,
  { method, path, body }: NonNullable<Captured['http']>,
  { gateways }: World,
): Promise<Omit<Replayed, 'label'>> {
  const gateway = gateways[sharesPatches(label) ? 1 : 0]
  const requestId = headers['x-onap-requestid'] ?? ''
  const isOwnId = /^[0-9a-f]{8}-/.test(requestId)
  const call = () =>
    gateway.call(method, path, {
      ...(body !== undefined && { body: body === '(11 MiB)' ? 'x'.repeat(11 * 2 ** 20) : body }),
      ...(label.endsWith('no auth') && { headers: {} }),
      ...(isOwnId && { requestId }),
    })
  // What was accepted for the topic is not there at once.
  const isThere = label.startsWith('GET after')
    ? (answer: OnapAnswer) => answer.status === status
    : () => true
  const answer = await eventually(label, async () => {
    const answer = await call()
    return isThere(answer) ? answer : undefined
  })
  return {
    recorded: { status, headers: headersIn((name) => headers[name]), body: parsed(responseBody) },
    said: {
      status: answer.status,
      headers: headersIn((name) => answer.headers.get(name)),
      body: parsed(answer.text),
    },
  }
}

const HEADERS = [
  'content-type',
  'www-authenticate',
  'x-content-type-options',
  'x-latestversion',
  'x-minorversion',
  'x-onap-requestid',
  'x-patchversion',
]

/** Those that mean something, whatever the case and spaces of a media type. */
function headersIn(valueOf: (name: string) => string | null | undefined): object {
  return Object.fromEntries(
    HEADERS.flatMap((name) => {
      const value = valueOf(name) ?? undefined
      return value === undefined ? [] : [[name, name === 'content-type' ? plain(value) : value]]
    }),
  )
}

const plain = (mediaType: string): string => mediaType.toLowerCase().replaceAll(' ', '')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function overTopic(
  { response = null }: Captured,
  request: NonNullable<Captured['request']>,
  world: World,
): Promise<Omit<Replayed, 'label'>> {
  const from = (response as Status | null)?.name
  const answered = (): Status | undefined =>
    world.statuses.find(
      ({ name, response }) => response?.responseTo === request.requestId && name === (from ?? name),
    )
  await world.pap.publish(JSON.stringify(request))
  // Nobody can wait for what does not come; what was told before is done when they have answered this.
  if (response === null)
    for (const { pdpName } of world.gateways)
      await ask(world, pdpName, { messageName: 'PDP_STATE_CHANGE', state: 'none' })
  else await eventually(`an answer to ${request.requestId}`, answered)
  return { recorded: anonymous(response), said: anonymous(answered() ?? null) }
}

function update(world: World, members: object): Promise<void> {
  return ask(world, world.gateways[0].pdpName, {
    messageName: 'PDP_UPDATE',
    source: 'pap-emu',
    timestampMs: 1,
    policiesToBeDeployed: [],
    pdpGroup: 'opaGroup',
    pdpSubgroup: 'opa',
    ...members,
  })
}

async function ask({ pap, statuses }: World, name: string, members: object): Promise<void> {
  const requestId = crypto.randomUUID()
  await pap.publish(JSON.stringify({ ...members, name, requestId }))
  await eventually(`an answer of ${name}`, () =>
    statuses.find(({ response }) => response?.responseTo === requestId),
  )
}

/** What OPA-PDP refused and is taken here goes again, so that what follows can be compared. */
async function tidy({ label }: Captured, world: World): Promise<void> {
  if (label !== 'FAIL package not on first line') return
  const policiesToBeUndeployed = [{ name: 'pkgfirst', version: '1.0.0' }]
  await update(world, { policiesToBeUndeployed })
}

/** Registrations and heartbeats, and patches on their topic. */
async function unasked(captured: Captured, world: World): Promise<Omit<Replayed, 'label'>> {
  const { messages, raw, value } = captured
  if (captured.label.startsWith('registration')) return registrations(messages ?? [], world)
  if (Array.isArray(raw)) return heartbeat(String(raw[0]), world)
  if (messages) return { recorded: messages.map(({ raw }) => parsed(raw)), said: [...world.shared] }
  if (typeof raw === 'string') return { recorded: parsed(raw), said: world.shared[0] }
  return foreignPatch(value ?? {}, world)
}

function registrations(
  messages: NonNullable<Captured['messages']>,
  { statuses }: World,
): Omit<Replayed, 'label'> {
  const recorded = messages.map(({ raw }) => anonymous(JSON.parse(raw) as object))
  return { recorded, said: statuses.slice(0, 2).map(anonymous) }
}

async function heartbeat(raw: string, world: World): Promise<Omit<Replayed, 'label'>> {
  const { pdpName } = world.gateways[0]
  await update(world, { pdpHeartbeatIntervalMs: 100 })
  const beat = await eventually('a heartbeat', () =>
    world.statuses.find(
      ({ name, description }) => name === pdpName && description === 'Pdp heartbeat',
    ),
  )
  return { recorded: anonymous(JSON.parse(raw) as object), said: anonymous(beat) }
}

async function foreignPatch(
  value: object,
  { patches, gateways }: World,
): Promise<Omit<Replayed, 'label'>> {
  await patches.publish(JSON.stringify(value))
  const injected = await eventually('the injected patch', async () => {
    const path = '/policy/pdpo/v1/data/node/role/user_roles/injected'
    const { status, body } = await gateways[1].call('GET', path)
    return status === 200 ? body : undefined
  })
  return { recorded: { data: ['customer'] }, said: injected }
}

/** Two members are of the moment. */
function anonymous(status: object | null): unknown {
  return status && { ...status, requestId: '', timestampMs: '' }
}
