import { createMemoryTopic } from '../../gateway/src/kafka/memory-topic.support.ts'
import { silentLogger } from '../../gateway/src/kafka/topic.support.ts'
import type { Topic } from '../../gateway/src/kafka/topic.ts'
import type { PdpStatus } from '../../gateway/src/pap/pdp-status.ts'
import { startOnapGateway } from './onap-gateway.ts'
import type { OnapAnswer, OnapGateway } from './onap-gateway.ts'
import { openPapOn } from './pap.ts'
import type { TestPap } from './pap.ts'

/** A gateway in this process, the PAP that speaks to it, and a component that asks it. */
export interface OnapWorld extends AsyncDisposable {
  readonly topic: Topic
  readonly patches: Topic
  readonly pap: TestPap
  readonly gateway: OnapGateway
  deploy(...policies: readonly object[]): Promise<PdpStatus>
  undeploy(...policies: readonly object[]): Promise<PdpStatus>
  /** Anything in place of the right members, or beside them. */
  decide(policyName: string, members?: object): Promise<OnapAnswer>
  data(path: string): Promise<OnapAnswer>
  /** `operations` below the data of `policyName`. */
  patch(policyName: string, operations: readonly object[], members?: object): Promise<OnapAnswer>
}

export interface OnapWorldOptions {
  /** Whether patches go by their topic. Default false. */
  readonly sharesPatches?: boolean
  readonly environment?: Readonly<Record<string, string>>
}

export async function openOnapWorld(options: OnapWorldOptions = {}): Promise<OnapWorld> {
  const topic = createMemoryTopic(silentLogger)
  const patches = createMemoryTopic(silentLogger)
  const pap = await openPapOn(topic)
  const gateway = await startOnapGateway({
    topic,
    ...(options.sharesPatches && { patches }),
    ...(options.environment && { environment: options.environment }),
  })
  await pap.heard(() => true)
  return {
    topic,
    patches,
    pap,
    gateway,
    deploy: (...policiesToBeDeployed) => pap.update({ policiesToBeDeployed }),
    undeploy: (...policiesToBeUndeployed) => pap.update({ policiesToBeUndeployed }),
    decide: (policyName, members) =>
      gateway.call('POST', '/policy/pdpo/v1/decision', {
        body: { policyName, policyFilter: [''], input: {}, ...members },
      }),
    data: (path) => gateway.call('GET', `/policy/pdpo/v1/data${path}`),
    patch: (policyName, data, members) =>
      gateway.call('PATCH', `/policy/pdpo/v1/data/node/${policyName.replaceAll('.', '/')}`, {
        body: { policyName, data, ...members },
      }),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  }
}
