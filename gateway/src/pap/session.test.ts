import { pino } from 'pino'
import { describe, expect, test } from 'vitest'

import { createMemoryTopic } from '../kafka/memory-topic.support.ts'
import { TopicError } from '../kafka/topic.ts'
import type { PdpStatus } from './pdp-status.ts'
import type { Harness } from './session.support.ts'
import {
  createMemoryAnswers,
  PDP,
  policy,
  settled,
  startSession,
  stateChange,
  update,
} from './session.support.ts'

function outcomeOf({ response }: PdpStatus): [string | undefined, string | undefined] {
  return [response?.responseStatus, response?.responseMessage]
}

describe('registration', () => {
  test('claims nothing, whatever the gateway restored, and is repeated until assigned', async () => {
    const { administration, statuses, clock, ask } = await startSession()
    administration.held = [policy('restored')]
    administration.states.push('ACTIVE')
    clock.pass(60_000)
    await settled()
    expect(statuses()).toHaveLength(2)
    for (const status of statuses()) {
      expect(status).toMatchObject({
        state: 'PASSIVE',
        policies: [],
        pdpSubgroup: null,
        response: null,
      })
    }
    await ask(update())
    clock.pass(60_000)
    await settled()
    expect(statuses()).toHaveLength(3)
  })

  test('the first update is the whole truth, the next one a delta', async () => {
    const { administration, ask } = await startSession()
    administration.held = [policy('left-over'), policy('kept')]
    const answer = await ask(update({ policiesToBeDeployed: [policy('kept')] }))
    expect(answer.policies).toEqual([{ name: 'kept', version: '1.0.0' }])
    await ask(update({ policiesToBeDeployed: [policy('more')] }))
    expect(administration.updates.map(({ full }) => full)).toEqual([true, false])
    expect(administration.held.map(({ name }) => name)).toEqual(['kept', 'more'])
  })

  test('what stands on the topic before the registration was said to a former life: a delta', async () => {
    const topic = createMemoryTopic(pino({ enabled: false }))
    const subscribe = topic.subscribe.bind(topic)
    topic.subscribe = async (handler) => {
      await subscribe(handler)
      await topic.publish(JSON.stringify(update({ policiesToBeDeployed: [policy('missed')] })))
    }
    const { administration, ask } = await startSession({ topic })
    await ask(update({ policiesToBeDeployed: [policy('all')] }))
    expect(administration.updates.map(({ full }) => full)).toEqual([false, false])
  })

  test.each([
    [{ timestampMs: 1 }, false],
    [{ timestampMs: 1, pdpHeartbeatIntervalMs: 120_000 }, true],
    [{ timestampMs: 1_995_301_468_884 }, true],
  ])(
    'a delta that is sent once more behind the registration is one still: %j',
    async (own, full) => {
      const { administration, ask } = await startSession()
      await ask(update({ policiesToBeUndeployed: [], ...own }))
      expect(administration.updates).toMatchObject([{ full }])
    },
  )

  test.each([
    ['younger: the whole truth', 1_000, true],
    ['older: a delta', -1_000, false],
  ])('an update that overtakes the registration, and is %s', async (_, laterMs, full) => {
    const topic = createMemoryTopic(pino({ enabled: false }))
    const subscribe = topic.subscribe.bind(topic)
    const isOwn = (text: string): boolean => text.includes('PDP_STATUS')
    // The harness listens first, and to everything.
    topic.subscribe = (everything) => {
      topic.subscribe = (handler) =>
        subscribe((text) => (isOwn(text) ? undefined : handler(text, {})))
      return subscribe(everything)
    }
    const { administration, ask, clock } = await startSession({ topic })
    await ask(update({ timestampMs: clock.now() + laterMs }))
    expect(administration.updates[0]?.full).toBe(full)
  })

  test('names the group and type that it was configured with', async () => {
    const { statuses } = await startSession({
      pdp: { name: PDP, group: 'edgeGroup', type: 'opa-edge' },
    })
    expect(statuses()[0]).toMatchObject({ pdpGroup: 'edgeGroup', pdpType: 'opa-edge' })
  })

  test('PASSIVE is reported until the PAP tells a state, then what is true', async () => {
    const { administration, ask, clock, statuses } = await startSession()
    administration.states.push('ACTIVE')
    const registered = await ask(update({ pdpHeartbeatIntervalMs: 120_000 }))
    const activated = await ask(stateChange('ACTIVE'))
    const settledUpdate = await ask(update({ pdpHeartbeatIntervalMs: 120_000 }))
    expect([registered.state, activated.state, settledUpdate.state]).toEqual([
      'PASSIVE',
      'ACTIVE',
      'ACTIVE',
    ])
    expect(outcomeOf(settledUpdate)).toEqual(['SUCCESS', 'PDP UPDATE is successfull'])
    clock.pass(120_000)
    await settled()
    expect(statuses().at(-1)).toMatchObject({ description: 'Pdp heartbeat', state: 'ACTIVE' })
  })
})

describe('Heartbeat', () => {
  async function beatsAfter(ms: number, ...intervals: unknown[]): Promise<number> {
    const { ask, clock, statuses } = await startSession()
    for (const pdpHeartbeatIntervalMs of intervals) await ask(update({ pdpHeartbeatIntervalMs }))
    const before = statuses().length
    for (let left = ms; left > 0; left -= 1_000) {
      clock.pass(Math.min(left, 1_000))
      await settled()
    }
    return statuses().length - before
  }

  test.each([
    ['valid interval: the default', 120_000, [undefined]],
    ['valid interval: the one of the update', 5_000, [5_000]],
    ['unchanged by an update without one', 5_000, [5_000, undefined]],
    ['zero interval must not panic: unchanged', 5_000, [5_000, 0]],
    ['negative interval must not kill a running ticker: unchanged', 5_000, [5_000, -1]],
    ['unchanged by one beyond what a timer holds', 5_000, [5_000, 2 ** 31]],
    ['the last one', 7_000, [5_000, 7_000]],
  ])('%s', async (_, intervalMs, intervals) => {
    expect(await beatsAfter(intervalMs - 1, ...intervals)).toBe(0)
    expect(await beatsAfter(intervalMs, ...intervals)).toBe(1)
    expect(await beatsAfter(3 * intervalMs, ...intervals)).toBe(3)
  })

  test('already running: an update with the same interval does not put the next beat off', async () => {
    const { ask, clock, statuses } = await startSession()
    await ask(update({ pdpHeartbeatIntervalMs: 5_000 }))
    clock.pass(4_000)
    await ask(update({ pdpHeartbeatIntervalMs: 5_000 }))
    clock.pass(1_000)
    await settled()
    expect(statuses().at(-1)?.description).toBe('Pdp heartbeat')
  })

  test('stop', async () => {
    const { session, clock, statuses } = await startSession()
    await session.stop()
    clock.pass(600_000)
    await settled()
    expect(statuses()).toHaveLength(1)
  })

  test('stop when not running', async () => {
    const { session } = await startSession()
    await session.stop()
    await session.stop()
  })

  test('send failure: a broker that was away for long is not met with all that it missed', async () => {
    const { ask, clock, topic, statuses } = await startSession()
    await ask(update({ pdpHeartbeatIntervalMs: 1_000 }))
    const before = statuses().length
    const publish = topic.publish.bind(topic)
    const { promise: isBack, resolve: comesBack } = Promise.withResolvers<void>()
    topic.publish = (text) => isBack.then(() => publish(text))
    for (let missed = 0; missed < 10; missed++) {
      clock.pass(1_000)
      await settled()
    }
    comesBack()
    await settled()
    expect(statuses().length - before).toBe(2)
  })

  test('with and without policies: says what ails the fleet, and goes on listing what is deployed', async () => {
    let trouble: string | undefined
    const { ask, clock, statuses } = await startSession({ trouble: () => trouble })
    await ask(update({ policiesToBeDeployed: [policy('role')] }))
    const beatNow = async (): Promise<PdpStatus | undefined> => {
      clock.pass(120_000)
      await settled()
      return statuses().at(-1)
    }
    expect(await beatNow()).toMatchObject({ healthy: 'HEALTHY', description: 'Pdp heartbeat' })
    trouble = `edge-1 lags${' and lags'.repeat(100)}`
    const ailing = await beatNow()
    expect(ailing).toMatchObject({
      healthy: 'NOT_HEALTHY',
      policies: [{ name: 'role', version: '1.0.0' }],
    })
    expect(ailing?.description).toMatch(/^Pdp heartbeat: edge-1 lags and lags/)
    expect(ailing?.description).toHaveLength(255)
    trouble = undefined
    expect(await beatNow()).toMatchObject({ healthy: 'HEALTHY', description: 'Pdp heartbeat' })
  })
})

/** The next thing that the PDP says does not reach the topic; what a PAP says does. */
function loseNext({ topic }: Harness): void {
  const publish = topic.publish.bind(topic)
  topic.publish = async (text, key) => {
    if (!text.includes('PDP_STATUS')) return publish(text, key)
    topic.publish = publish
    throw new TopicError('ERR_NOT_DELIVERED', 'no broker')
  }
}

describe('an answer that is lost', () => {
  test.each([
    ['negative interval with send failure', update({ pdpHeartbeatIntervalMs: -1 })],
    ['PASSIVE with send failure', stateChange('PASSIVE')],
    ['produce failure', update({ policiesToBeDeployed: [policy('role')] })],
  ])('%s', async (_, request) => {
    const harness = await startSession()
    loseNext(harness)
    expect(await harness.tell(request)).toEqual([])
    expect((await harness.ask(request)).response?.responseStatus).toBe('SUCCESS')
  })
})

describe('requests', () => {
  test('an answer belongs to the group and subgroup of the update', async () => {
    const { ask } = await startSession()
    const answer = await ask(update({ pdpGroup: 'edgeGroup', pdpSubgroup: 'edge' }))
    expect(answer).toMatchObject({ pdpGroup: 'edgeGroup', pdpSubgroup: 'edge' })
    const changed = await ask(
      stateChange('ACTIVE', { name: undefined, pdpGroup: 'edgeGroup', pdpSubgroup: 'edge' }),
    )
    expect(changed).toMatchObject({ pdpGroup: 'edgeGroup', pdpSubgroup: 'edge' })
  })

  test('a state change before any update is answered with an empty subgroup', async () => {
    const { ask } = await startSession()
    expect(await ask(stateChange('ACTIVE'))).toMatchObject({ pdpSubgroup: '', policies: [] })
  })

  test('one re-sent under its id is answered the same and carried out once', async () => {
    const { administration, ask } = await startSession()
    const request = update({ policiesToBeDeployed: [policy('role')] })
    const [first, second] = [await ask(request), await ask(request)]
    expect(second.response).toEqual(first.response)
    expect(second.policies).toEqual(first.policies)
    expect(second.requestId).not.toBe(first.requestId)
    expect(administration.updates).toHaveLength(1)
  })

  test('one re-sent after a restart says where this PDP stands, and the next update is a delta', async () => {
    const answers = createMemoryAnswers()
    const interval = { pdpHeartbeatIntervalMs: 5_000 }
    const placing = update({ ...interval, policiesToBeDeployed: [policy('a')] })
    const activating = stateChange('ACTIVE')
    const before = await startSession({ answers })
    for (const request of [placing, activating]) await before.ask(request)
    const { administration, ask, clock, statuses } = await startSession({ answers })
    administration.held = before.administration.held
    administration.states.push('ACTIVE')
    for (const request of [placing, activating]) await ask(request)
    expect(administration.updates).toEqual([])
    clock.pass(5_000)
    await settled()
    expect(statuses().at(-1)).toMatchObject({ state: 'ACTIVE', pdpSubgroup: 'opa', response: null })
    const { policies } = await ask(update({ policiesToBeDeployed: [policy('b')] }))
    expect(policies.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  test('requests are carried out one after another, in order', async () => {
    const { administration, topic, statuses } = await startSession()
    const finish: (() => void)[] = []
    const apply = administration.apply.bind(administration)
    administration.apply = async (change) => {
      await new Promise<void>((resolve) => finish.push(resolve))
      return apply(change)
    }
    await topic.publish(JSON.stringify(update({ policiesToBeDeployed: [policy('one')] })))
    await topic.publish(JSON.stringify(update({ policiesToBeDeployed: [policy('two')] })))
    await settled()
    expect(finish).toHaveLength(1)
    finish[0]?.()
    await settled()
    finish[1]?.()
    await settled()
    expect(
      statuses()
        .slice(1)
        .map(({ policies }) => policies.length),
    ).toEqual([1, 2])
  })

  test('what the gateway cannot carry out is answered FAILURE', async () => {
    const { administration, ask } = await startSession()
    administration.failure = new Error('the disk is full')
    const updated = await ask(update())
    expect(outcomeOf(updated)).toEqual(['FAILURE', 'PDP Update Failed: the disk is full'])
    const changed = await ask(stateChange('ACTIVE'))
    expect(outcomeOf(changed)).toEqual(['FAILURE', 'PDP State Change Failed: the disk is full'])
    expect(changed.state).toBe('PASSIVE')
  })

  test('a full update that failed is still due', async () => {
    const { administration, ask } = await startSession()
    administration.failure = new Error('not now')
    await ask(update())
    administration.failure = undefined
    await ask(update())
    expect(administration.updates.map(({ full }) => full)).toEqual([true, true])
  })

  test('of more errors than a broker takes, some are told and the others counted', async () => {
    const { administration, ask } = await startSession()
    const deployErrors = Array.from({ length: 1000 }, (_, index) => `${index}:`.padEnd(2000, '"'))
    const nothing = { deployed: [], undeployed: [], undeployErrors: [] }
    administration.apply = async () => ({ ...nothing, deployErrors })
    const answer = await ask(update())
    expect(answer.response?.responseMessage).toMatch(
      /^PDP Update Failed.*:0:".*"124:".* and 875 more/,
    )
    expect(JSON.stringify(answer).length).toBeLessThan(1_000_000)
  })

  test('deploy and undeploy errors are both told', async () => {
    const { administration, ask } = await startSession()
    administration.apply = async () => ({
      deployed: [],
      undeployed: [],
      deployErrors: ['a: one', 'b: two'],
      undeployErrors: ['c: three'],
    })
    expect(outcomeOf(await ask(update()))).toEqual([
      'FAILURE',
      'PDP Update Failed: [{Deployment Errors:a: oneb: two} {UnDeployment Errors:c: three}]',
    ])
  })

  test('deployed policies are told sorted by name', async () => {
    const { ask } = await startSession()
    const answer = await ask(update({ policiesToBeDeployed: [policy('zone'), policy('a.b')] }))
    expect(answer.response?.responseMessage).toBe(
      'PDP Update Successful for all policies: {\n "a.b": "1.0.0",\n "zone": "1.0.0"\n}',
    )
  })

  test('tests and examples come along with a policy, or do not', async () => {
    const { administration, ask } = await startSession()
    const brought = { tests: { 'a_test.rego': 'YQ==' }, examples: null }
    const { properties } = policy('role')
    const role = { ...policy('role'), properties: { ...properties, ...brought } }
    await ask(update({ policiesToBeDeployed: [role, policy('bare')] }))
    const [first, second] = administration.updates[0]?.deploy ?? []
    expect(first?.properties).toMatchObject(brought)
    expect(second?.properties).toEqual(policy('bare').properties)
  })

  test('a module that is null is an empty one, and no matter of the other policies', async () => {
    const { administration, ask } = await startSession()
    const properties = { data: { 'node.role': null }, policy: { role: null } }
    await ask(update({ policiesToBeDeployed: [{ ...policy('role'), properties }, policy('b')] }))
    const [first, second] = administration.updates[0]?.deploy ?? []
    expect(first?.properties).toMatchObject({ data: { 'node.role': '' }, policy: { role: '' } })
    expect(second).toEqual(policy('b'))
  })

  test('what is null in a list is nothing, and no matter of the others', async () => {
    const { administration, ask } = await startSession()
    const gone = { name: 'gone', version: '1.0.0' }
    await ask(
      update({
        policiesToBeDeployed: [null, policy('b')],
        policiesToBeUndeployed: [null, gone],
      }),
    )
    const [applied] = administration.updates
    expect(applied?.deploy.map(({ name }) => name)).toEqual(['', 'b'])
    expect(applied?.undeploy).toEqual([{ name: '', version: '' }, gone])
  })

  test('a package may be called constructor', async () => {
    const { administration, ask } = await startSession()
    await ask(update({ policiesToBeDeployed: [policy('constructor')] }))
    const { properties } = administration.updates[0]?.deploy[0] ?? policy('none')
    expect(Object.keys(properties.policy)).toEqual(['constructor'])
  })
})

describe('refusals', () => {
  test.each([
    ['source', 'Source'],
    ['policiesToBeDeployed', 'PoliciesToBeDeployed'],
    ['requestId', 'RequestId'],
    ['timestampMs', 'TimestampMs'],
    ['pdpGroup', 'PdpGroup'],
    ['pdpSubgroup', 'PdpSubgroup'],
  ])('an update without %s', async (member, name) => {
    const { ask, administration } = await startSession()
    const [status, message] = outcomeOf(await ask(update({ [member]: null })))
    expect(status).toBe('FAILURE')
    expect(message).toBe(
      `PDP Update Failed: Key: 'PdpUpdate.${name}' Error:Field validation for '${name}' failed on the 'required' tag`,
    )
    expect(administration.updates).toEqual([])
  })

  test('several missing members stand on lines of their own', async () => {
    const { ask } = await startSession()
    const [, message] = outcomeOf(await ask(update({ source: '', timestampMs: 0 })))
    expect(message?.split('\n')).toHaveLength(2)
  })

  test.each([
    [{ timestampMs: '1' }, 'timestampMs'],
    [{ pdpHeartbeatIntervalMs: 1.5 }, 'pdpHeartbeatIntervalMs'],
    [
      { policiesToBeDeployed: [{ properties: { policy: { role: 1 } } }] },
      'policiesToBeDeployed.0.properties.policy',
    ],
    [
      { policiesToBeDeployed: [{ properties: { tests: { 'a_test.rego': {} } } }] },
      'policiesToBeDeployed.0.properties.tests',
    ],
    [
      { policiesToBeDeployed: [{ properties: { examples: ['e30='] } }] },
      'policiesToBeDeployed.0.properties.examples',
    ],
    [{ policiesToBeUndeployed: ['role'] }, 'policiesToBeUndeployed.0'],
  ])('an update with a member of another type: %j', async (members, path) => {
    const { ask } = await startSession()
    const [status, message] = outcomeOf(await ask(update(members)))
    expect(status).toBe('FAILURE')
    expect(message).toContain(`PDP Update Failed as failed Unmarshalling: ${path}: `)
  })

  test('an unreadable id is answered to nobody in particular', async () => {
    const { ask } = await startSession()
    expect((await ask(update({ requestId: 5 }))).response?.responseTo).toBe('')
  })

  test.each(['FOO', '', 'active'])('the state %j', async (state) => {
    const { ask, administration } = await startSession()
    const answer = await ask(stateChange(state))
    expect(answer.response?.responseStatus).toBe('FAILURE')
    expect(answer.state).toBe('PASSIVE')
    expect(administration.states).toEqual([])
  })
})

describe('release', () => {
  const released = update({ pdpGroup: undefined, pdpSubgroup: undefined })

  test('drops every policy, answers with nulls and registers again', async () => {
    const { administration, ask, tell, clock, statuses } = await startSession()
    await ask(update({ policiesToBeDeployed: [policy('role')] }))
    await ask(stateChange('ACTIVE'))
    const [answer, again] = await tell(released)
    expect(answer).toMatchObject({
      response: { responseStatus: 'SUCCESS' },
      policies: [],
      pdpGroup: null,
      pdpSubgroup: null,
    })
    expect(again).toMatchObject({
      description: 'Pdp Status Registration Message',
      state: 'PASSIVE',
      pdpGroup: 'opaGroup',
      pdpSubgroup: null,
    })
    expect(administration.held).toEqual([])
    clock.pass(60_000)
    await settled()
    expect(statuses().at(-1)?.description).toBe('Pdp Status Registration Message')
  })

  test('the update after it is the whole truth again', async () => {
    const { administration, ask, tell } = await startSession()
    await ask(update())
    await tell(released)
    await ask(update())
    expect(administration.updates.at(-1)?.full).toBe(true)
  })

  test('with policies to deploy it is an update that lacks its group', async () => {
    const { ask } = await startSession()
    const members = { ...released, requestId: 'r', policiesToBeDeployed: [policy('role')] }
    const [, message] = outcomeOf(await ask(update(members)))
    expect(message).toMatch(/PdpGroup.*\n.*PdpSubgroup/)
  })
})

describe('stop', () => {
  test('says TERMINATED once the PAP knows this PDP, and nothing after', async () => {
    const { ask, session, clock, tell, statuses } = await startSession()
    await ask(update())
    await session.stop()
    expect(statuses().at(-1)).toMatchObject({
      state: 'TERMINATED',
      name: PDP,
      pdpSubgroup: 'opa',
      response: null,
    })
    clock.pass(600_000)
    expect(await tell(update())).toEqual([])
  })

  test('does not wait for a broker that is gone', async () => {
    const { ask, session, topic, clock } = await startSession()
    await ask(update())
    topic.publish = () => new Promise(() => {})
    const stopping = session.stop()
    clock.pass(3_000)
    await stopping
  })

  test('says nothing while unassigned: the PAP would take it for a registration', async () => {
    const { session, statuses } = await startSession()
    await session.stop()
    expect(statuses()).toHaveLength(1)
  })
})
