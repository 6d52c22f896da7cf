import { pino } from 'pino'
import { describe, expect, test } from 'vitest'

import { createMemoryTopic } from '../kafka/memory-topic.support.ts'
import type { Topic } from '../kafka/topic.ts'
import { heartbeat, registration, termination } from '../pap/pdp-status.ts'
import type { PdpView } from '../pap/pdp-status.ts'
import {
  createMemoryAnswers,
  FakeAdministration,
  PDP,
  pdp,
  policy,
  settled,
} from '../pap/session.support.ts'
import { createPapSession } from '../pap/session.ts'
import { eventLine } from './event.ts'
import { createLocalPap } from './local-pap.ts'
import type { LocalPap } from './local-pap.ts'

const log = pino({ enabled: false })
const topics = (): Topic => createMemoryTopic(log)

/** The gateway's own session, over a gateway that can be told what to refuse. */
async function startPdp(topic: Topic): Promise<FakeAdministration> {
  const administration = new FakeAdministration()
  const session = createPapSession({
    topic,
    administration,
    pdp,
    answers: createMemoryAnswers(),
    log,
  })
  await session.start()
  await settled()
  return administration
}

interface TestPap {
  readonly pap: LocalPap
  /** Lines since the last call. */
  readonly lines: () => string[]
  /** Requests sent so far. */
  readonly requests: { readonly [member: string]: unknown }[]
}

async function startPap(topic: Topic, answerTimeoutMs = 30_000): Promise<TestPap> {
  const lines: string[] = []
  const requests: TestPap['requests'] = []
  await topic.subscribe((text) => {
    const message = JSON.parse(text) as TestPap['requests'][number]
    if (message['messageName'] !== 'PDP_STATUS') requests.push(message)
  })
  const report = (event: Parameters<typeof eventLine>[0]): void => void lines.push(eventLine(event))
  const pap = createLocalPap({ topic, report, answerTimeoutMs })
  await pap.start()
  await settled()
  requests.length = 0
  return { pap, lines: () => lines.splice(0), requests }
}

async function assign(
  pap: LocalPap,
  ...policies: Parameters<LocalPap['assign']>[0]
): Promise<void> {
  pap.assign(policies)
  await settled()
}

function revised(name: string, version: string): ReturnType<typeof policy> {
  return {
    ...policy(name, version),
    properties: { data: { [`node.${name}`]: 'MQ==' }, policy: {} },
  }
}

describe('with the PDP of the gateway', () => {
  test('registration: everything, then ACTIVE, then an update of nothing', async () => {
    const topic = topics()
    const { pap, lines, requests } = await startPap(topic)
    await assign(pap, policy('role'), policy('zone'))
    const administration = await startPdp(topic)
    expect(lines()).toEqual([
      `${PDP} registered`,
      `${PDP} deployed role 1.0.0, zone 1.0.0`,
      `${PDP} is ACTIVE`,
    ])
    expect(requests.map((request) => request['messageName'])).toEqual([
      'PDP_UPDATE',
      'PDP_STATE_CHANGE',
      'PDP_UPDATE',
    ])
    expect(requests[2]).toMatchObject({ policiesToBeDeployed: [], pdpHeartbeatIntervalMs: 120_000 })
    expect(administration.state()).toBe('ACTIVE')
  })

  test('a change is deployed, and what it replaces undeployed; what goes is undeployed', async () => {
    const topic = topics()
    const { pap, lines, requests } = await startPap(topic)
    await assign(pap, policy('role'), policy('zone'))
    const administration = await startPdp(topic)
    lines()
    await assign(pap, revised('role', '1.0.1'))
    expect(lines()).toEqual([
      `${PDP} undeployed zone 1.0.0`,
      `${PDP} deployed role 1.0.1`,
      `${PDP} undeployed role 1.0.0`,
    ])
    expect(requests).toHaveLength(5)
    expect(requests[3]).not.toHaveProperty('pdpHeartbeatIntervalMs')
    expect(administration.held).toEqual([{ name: 'role', version: '1.0.1' }])
    await assign(pap, revised('role', '1.0.1'))
    expect(requests).toHaveLength(5)
  })

  test('a change under the same version is undeployed first: a PDP skips what it holds', async () => {
    const topic = topics()
    const { pap, lines } = await startPap(topic)
    await assign(pap, policy('role'))
    await startPdp(topic)
    lines()
    await assign(pap, revised('role', '1.0.0'))
    expect(lines()).toEqual([`${PDP} undeployed role 1.0.0`, `${PDP} deployed role 1.0.0`])
  })

  test('a refused policy is told with its reason in one line, and not offered again as it is', async () => {
    const topic = topics()
    const { pap, lines, requests } = await startPap(topic)
    const administration = await startPdp(topic)
    lines()
    administration.broken.set('bad', 'bad.rego:3:1: rego_parse_error:\n\tunexpected token')
    await assign(pap, policy('good'), policy('bad'))
    expect(lines()).toEqual([
      `${PDP} deployed good 1.0.0`,
      `${PDP} refused bad 1.0.0: PDP Update Failed: [{Deployment Errors:bad.rego:3:1: rego_parse_error: unexpected token}]`,
    ])
    const sent = requests.length
    await assign(pap, policy('good'), policy('bad'))
    expect(requests).toHaveLength(sent)
    administration.broken.clear()
    await assign(pap, policy('good'), policy('bad', '1.0.1'))
    expect(lines()).toEqual([`${PDP} deployed bad 1.0.1`])
  })

  test('a refused change leaves the PDP with the version before', async () => {
    const topic = topics()
    const { pap, lines, requests } = await startPap(topic)
    await assign(pap, policy('role'))
    const administration = await startPdp(topic)
    administration.broken.set('role', 'no')
    await assign(pap, revised('role', '1.0.1'))
    expect(lines().at(-1)).toContain('refused role 1.0.1')
    expect(administration.held).toEqual([{ name: 'role', version: '1.0.0' }])
    const sent = requests.length
    await topic.publish(JSON.stringify(heartbeat(view({ policies: administration.held }))))
    await settled()
    expect(requests).toHaveLength(sent)
    await topic.publish(JSON.stringify(registration(view())))
    await settled()
    expect(requests[sent]).toMatchObject({ policiesToBeDeployed: [policy('role')] })
  })
})

test('a PDP that an earlier PAP left behind is found and told everything', async () => {
  const topic = topics()
  const first = await startPap(topic)
  await assign(first.pap, policy('role'), policy('old'))
  const administration = await startPdp(topic)
  const second = await startPap(topic)
  await assign(second.pap, policy('zone'))
  expect(second.lines()).toContain(`${PDP} registered`)
  expect(administration.held).toContainEqual({ name: 'zone', version: '1.0.0' })
})

function view(members: Partial<PdpView> = {}): PdpView {
  return {
    ...pdp,
    trouble: undefined,
    state: 'ACTIVE',
    policies: [],
    assignment: { group: 'opaGroup', subgroup: 'opa' },
    nowMs: 0,
    ...members,
  }
}

describe('with a PDP of the test', () => {
  async function say(topic: Topic, message: object): Promise<void> {
    await topic.publish(JSON.stringify(message))
    await settled()
  }

  test('the heartbeat of a PDP it does not know is a registration', async () => {
    const topic = topics()
    const { pap, lines, requests } = await startPap(topic)
    await assign(pap, policy('role'))
    await say(topic, heartbeat(view({ policies: [policy('old')] })))
    expect(lines()).toEqual([`${PDP} registered`])
    expect(requests).toMatchObject([
      {
        policiesToBeDeployed: [{ name: 'role' }],
        policiesToBeUndeployed: [{ name: 'old', version: '1.0.0' }],
      },
    ])
  })

  test('a registration ends what was asked before: that PDP is gone', async () => {
    const topic = topics()
    const { pap, lines, requests } = await startPap(topic)
    await assign(pap, policy('role'))
    await say(topic, registration(view()))
    await say(topic, registration(view()))
    expect(lines()).toEqual([`${PDP} registered`, `${PDP} registered`])
    expect(requests.map((request) => request['messageName'])).toEqual(['PDP_UPDATE', 'PDP_UPDATE'])
  })

  test('one that does not answer is asked twice under one id, then told of', async () => {
    const topic = topics()
    const { lines, requests } = await startPap(topic, 1)
    await say(topic, registration(view()))
    await expect.poll(lines).toContain(`${PDP}: no answer to PDP_UPDATE in 0.002 s`)
    expect(requests).toHaveLength(2)
    expect(requests[1]).toEqual(requests[0])
  })

  test('one that left is asked nothing more', async () => {
    const topic = topics()
    const { pap, lines, requests } = await startPap(topic)
    await say(topic, registration(view()))
    await say(topic, termination(view()))
    await assign(pap, policy('role'))
    expect(lines()).toEqual([`${PDP} registered`, `${PDP} left`])
    expect(requests).toHaveLength(1)
  })

  test('what is no PDP_STATUS of an OPA-PDP is nobody’s business', async () => {
    const topic = topics()
    const { lines } = await startPap(topic)
    await say(topic, { ...registration(view()), pdpType: 'xacml' })
    await say(topic, { ...registration(view()), pdpGroup: 'otherGroup' })
    await topic.publish('{"messageName":"PDP_STATUS"')
    await settled()
    expect(lines()).toEqual([])
  })
})
