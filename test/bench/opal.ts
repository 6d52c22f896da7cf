import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import type { Measurement } from './measurement.ts'
import { callbackAfterLast } from './opal/callback.ts'
import { inlineUpdates } from './opal/inline-update.ts'
import { openOpalStage } from './opal/opal-stage.ts'
import { workerAnswer } from './opal/worker-answer.ts'

/** What a user of OPAL would measure; the peer's figures are those of OPAL with one OPA on such a machine. */
export const opal: Measurement = {
  name: 'opal',
  title: 'in the place of OPAL with one OPA: updates of three sizes, callbacks',
  async run(kit) {
    await ensureHelper({ onProgress: kit.say })
    await using stage = await openOpalStage()
    return [
      ...(await inlineUpdates(stage)),
      await workerAnswer(stage),
      await callbackAfterLast(stage),
    ]
  },
}
