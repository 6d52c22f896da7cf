import { expect, test } from 'vitest'

import { isAddressedTo } from './message-filter.ts'

const unassigned = { name: 'me', assignment: undefined }
const assigned = { name: 'me', assignment: { group: 'opaGroup', subgroup: 'opa' } }

test.each([
  ['its own name', unassigned, 'me', '', '', true],
  ['its own name, whatever the group', assigned, 'me', 'other', 'other', true],
  ['another name in its group', assigned, 'you', 'opaGroup', 'opa', false],
  ['nobody', assigned, '', '', '', false],
  ['a group while unassigned', unassigned, '', 'opaGroup', '', false],
  ['another group', assigned, '', 'other', '', false],
  ['its whole group', assigned, '', 'opaGroup', '', true],
  ['its subgroup', assigned, '', 'opaGroup', 'opa', true],
  ['another subgroup', assigned, '', 'opaGroup', 'xacml', false],
])('%s', (_, pdp, name, pdpGroup, pdpSubgroup, expected) => {
  expect(isAddressedTo(pdp, { messageName: 'PDP_UPDATE', name, pdpGroup, pdpSubgroup })).toBe(
    expected,
  )
})
