import { expect, test } from 'vitest'

import { isFor } from './topics.ts'

test.for([
  [['policy_data'], true],
  [['policy_data/sub/x'], true],
  [['other', 'policy_data/x'], true],
  [['default:data:policy_data/x'], true],
  [['elsewhere:data:policy_data'], false],
  [['other'], false],
  [['policy_data_too'], false],
  [[], false],
] as const)('an entry of %j is for who subscribed to policy_data: %s', ([topics, expected]) => {
  expect(isFor({ scope: 'default', topics: ['policy_data'] }, topics)).toBe(expected)
})
