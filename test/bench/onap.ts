import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import type { Measurement } from './measurement.ts'
import { decisionDoor } from './onap/decision-door.ts'
import { manyAtOnce } from './onap/many-at-once.ts'
import { patchOverKafka } from './onap/patch-over-kafka.ts'
import { updateBesideOthers } from './onap/update-beside-others.ts'

/** What an operator of OPA-PDP would measure; the peer's figures are those of the Go PDP on such a machine. */
export const onap: Measurement = {
  name: 'onap',
  title: 'in the place of an OPA-PDP: updates, patches over Kafka, its decision endpoint',
  async run(kit) {
    await ensureHelper({ onProgress: kit.say })
    const broker = await kit.broker()
    return [
      ...(await updateBesideOthers(broker)),
      ...(await patchOverKafka(broker)),
      ...(await decisionDoor(broker)),
      ...(await manyAtOnce(broker, kit.say)),
    ]
  },
}
