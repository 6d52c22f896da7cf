import { randomUUID } from 'node:crypto'

import type { Broker } from '../../support/kafka/broker.ts'
import { openPap } from '../../support/pap.ts'
import type { TestPap } from '../../support/pap.ts'
import { oneModule } from '../../support/tosca.ts'
import { startLoneGateway } from '../lone-gateway.ts'
import type { LoneGateway } from '../lone-gateway.ts'

const account = { user: 'policyadmin', password: 'secret' }
export const authorization = `Basic ${btoa(`${account.user}:${account.password}`)}`

/** A gateway and the PAP that has welcomed it. */
export interface OnapStage extends AsyncDisposable {
  readonly pap: TestPap
  readonly gateway: LoneGateway
  /** An update that must succeed. */
  update(change: object): Promise<void>
}

export async function openStage(
  { url }: Broker,
  policies: readonly object[],
  environment: Readonly<Record<string, string>> = {},
): Promise<OnapStage> {
  const topic = `onap-${randomUUID()}`
  const pap = await openPap(url, topic)
  const gateway = await startLoneGateway({
    KAFKA_URL: url,
    PAP_TOPIC: topic,
    API_PASSWORD: account.password,
    ...environment,
  })
  await Promise.race([pap.heard(() => true), gateway.ended])
  await pap.welcome(policies)
  return {
    pap,
    gateway,
    async update(change) {
      const { response } = await pap.update(change)
      if (response?.responseStatus === 'SUCCESS') return
      throw new Error(`an update failed: ${response?.responseMessage}`)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([gateway.stop(), pap.close()])
    },
  }
}

/** Small policies, `many.p<from>` and following. */
export function manyPolicies(from: number, count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) =>
    oneModule(`many.p${from + index}`, 'allow if input.user == data.node.owner'),
  )
}
