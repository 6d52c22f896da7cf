import fc from 'fast-check'
import { expect, test } from 'vitest'

import { PDP, policy, startSession, stateChange, update } from './session.support.ts'

const member = fc.oneof(fc.jsonValue(), fc.constantFrom(PDP, 'opaGroup', 'opa', null, '', 0, -1))

/** Nearly right messages: members replaced by anything, which finds more than noise does. */
const mangled = fc
  .tuple(
    fc.constantFrom(update({ policiesToBeDeployed: [policy('role')] }), stateChange('ACTIVE')),
    fc.dictionary(
      fc.constantFrom(...Object.keys(update()), 'state', 'policiesToBeUndeployed'),
      member,
    ),
  )
  .map(([message, members]) => JSON.stringify({ ...message, requestId: 'r', ...members }))

/** The same of what a policy has. */
const ill = fc
  .dictionary(fc.constantFrom('data', 'policy', 'tests', 'examples'), fc.jsonValue())
  .map((members) => {
    const properties = { ...policy('role').properties, ...members }
    const policiesToBeDeployed = [{ ...policy('role'), properties }]
    return JSON.stringify({ ...update({ policiesToBeDeployed }), requestId: 'r' })
  })

const garbage = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), mangled, ill)

test('nothing on the topic breaks the session, and every request to it is answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(garbage, { maxLength: 5 }), async (texts) => {
      const { tell, ask } = await startSession()
      for (const text of texts) {
        const answers = await tell(text)
        if (isRequestToPdp(text)) expect(answers.length).toBeGreaterThan(0)
      }
      const answer = await ask(
        update({ requestId: 'last', policiesToBeDeployed: [policy('last')] }),
      )
      expect(answer.response).toMatchObject({ responseTo: 'last', responseStatus: 'SUCCESS' })
    }),
  )
})

function isRequestToPdp(text: string): boolean {
  try {
    const { name, messageName, pdpGroup, pdpSubgroup } = JSON.parse(text)
    const isReadable = [pdpGroup, pdpSubgroup].every((value) => typeof (value ?? '') === 'string')
    return isReadable && name === PDP && /^PDP_(UPDATE|STATE_CHANGE)$/.test(messageName)
  } catch {
    return false
  }
}
