import { describe, expect, test } from 'vitest'

import { createMemoryTopic } from '../gateway/src/kafka/memory-topic.support.ts'
import { silentLogger } from '../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../gateway/src/kafka/topic.ts'
import { eventually } from './support/eventually.ts'
import type { Request, Status } from './support/simulated-pap/messages.ts'
import { openSimulatedPap } from './support/simulated-pap/pap.ts'
import type { SimulatedPap } from './support/simulated-pap/pap.ts'

const [a, b] = ['a', 'b'].map((name) => ({ name, version: '1.0.0' }))

const registration: Status = {
  messageName: 'PDP_STATUS',
  pdpType: 'opa',
  state: 'PASSIVE',
  healthy: 'HEALTHY',
  description: 'a PDP',
  response: null,
  policies: [],
  name: 'opa-1',
  requestId: '1',
  pdpGroup: 'opaGroup',
  pdpSubgroup: null,
  timestampMs: Date.now(),
}

type Asked = Request & { readonly requestId: string }

/** A PDP that answers as it should, but for what `err` changes of it. */
async function startPdp(err: (asked: Asked) => Partial<Status> | undefined): Promise<SimulatedPap> {
  const topic = createMemoryTopic(silentLogger)
  const pap = await openSimulatedPap({
    topic,
    policies: [a, b].filter((policy) => policy !== undefined),
    responseTimeoutMs: 50,
  })
  let [state, policies]: [Status['state'], Status['policies']] = ['PASSIVE', []]
  await topic.subscribe((text) => {
    const asked = JSON.parse(text) as Asked
    if (!asked.messageName.startsWith('PDP_STATUS')) void answer(asked)
  })
  async function answer(asked: Asked): Promise<void> {
    const wrong = err(asked)
    if (wrong === undefined) return
    if (asked.messageName === 'PDP_STATE_CHANGE') state = asked.state
    else policies = [...new Set([...policies, ...asked.policiesToBeDeployed])]
    const response = { responseTo: asked.requestId, responseStatus: 'SUCCESS', responseMessage: '' }
    const right = { ...registration, state, policies, response, pdpSubgroup: 'opa' }
    await tell(topic, { ...right, ...wrong })
  }
  await tell(topic, registration)
  return pap
}

const tell = (topic: Topic, status: object): Promise<void> => topic.publish(JSON.stringify(status))
const isUpdate = ({ messageName }: Asked): boolean => messageName === 'PDP_UPDATE'

test('is content with a PDP that answers as it should', async () => {
  const pap = await startPdp(() => ({}))
  await pap.settled()
  expect(pap.complaints).toEqual([])
})

test('asks once more under the same id, and takes the answer', async () => {
  const asked: Asked[] = []
  const pap = await startPdp((request) => (asked.push(request) === 1 ? undefined : {}))
  await pap.settled()
  expect(asked[1]).toMatchObject({ requestId: asked[0]?.requestId })
  expect(pap.complaints).toEqual([])
})

test('asks anew, under another id, when there is more to say', async () => {
  const asked: Asked[] = []
  const pap = await startPdp((request) => void asked.push(request))
  pap.change({ deploy: [{ name: 'c', version: '1.0.0' }], undeploy: a ? [a] : [] })
  await eventually('a merged request', () => asked[1])
  expect(asked[1]?.requestId).not.toBe(asked[0]?.requestId)
  expect(asked[1]).toMatchObject({
    policiesToBeDeployed: [b, { name: 'c', version: '1.0.0' }],
    policiesToBeUndeployed: [a],
  })
})

describe('complains of', () => {
  test.each<[string, (asked: Asked) => Partial<Status> | undefined, RegExp]>([
    ['silence', () => undefined, /did not answer PDP_UPDATE in time/],
    ['another group', (asked) => (isUpdate(asked) ? { pdpGroup: 'x' } : {}), /: group does not/],
    ['another subgroup', () => ({ pdpSubgroup: 'x' }), /subgroup does not match/],
    ['another state', () => ({ state: 'SAFE' }), /state is SAFE, but expected ACTIVE/],
    ['no description', () => ({ description: ' ' }), /^description: /],
    [
      'a policy that nobody assigned',
      () => ({ policies: [a, b, { name: 'c', version: '1' }].filter((each) => !!each) }),
      /endless loop/,
    ],
  ])('%s', async (_, err, complaint) => {
    const pap = await startPdp(err)
    await eventually('a complaint', () => pap.complaints[0])
    expect(pap.complaints[0]).toMatch(complaint)
  })
})

test('takes from everybody what one cannot deploy', async () => {
  const pap = await startPdp((asked) => (isUpdate(asked) ? { policies: a ? [a] : [] } : {}))
  await pap.settled()
  expect(pap.rolledBack).toEqual([b])
})
