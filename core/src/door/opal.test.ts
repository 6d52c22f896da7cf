import { expect, test } from 'vitest'

import { VedetteError } from '../errors.ts'
import { EvaluationError } from '../evaluator/evaluator.ts'
import { JsonError } from '../json/json.ts'
import { faultOf } from './fault.ts'
import { isAboutOpal, writeOpalAnswer } from './opal.ts'

const document = { ready: true, last_data_transaction: { id: 'u1', actions: [] }, list: [1] }

test.for([
  [[], '{"result":{"ready":true,"last_data_transaction":{"id":"u1","actions":[]},"list":[1]}}'],
  [['ready'], '{"result":true}'],
  [['last_data_transaction', 'id'], '{"result":"u1"}'],
  [['ready', 'x'], '{}'],
  [['list', '0'], '{}'],
  [['list', 'length'], '{}'],
  [['constructor'], '{}'],
  [['__proto__'], '{}'],
] as const)("of OPAL's document, %j is %s", ([members, answer]) => {
  expect(writeOpalAnswer(document, ['system', 'opal', ...members])).toBe(answer)
})

test('only what is below system/opal is about it', () => {
  expect(isAboutOpal(['system', 'opal', 'x'])).toBe(true)
  expect([isAboutOpal([]), isAboutOpal(['system']), isAboutOpal(['opal', 'system'])]).toEqual([
    false,
    false,
    false,
  ])
})

test.for([
  [new JsonError('no JSON'), 400, 'ERR_JSON'],
  [new VedetteError('ERR_NOT_READY', ''), 503, 'ERR_NOT_READY'],
  [new VedetteError('ERR_PASSIVE', ''), 503, 'ERR_PASSIVE'],
  [new VedetteError('ERR_STALE', ''), 503, 'ERR_STALE'],
  [new EvaluationError('ERR_EVALUATION', ''), 500, 'ERR_EVALUATION'],
  [new Error('what'), 500, 'ERR_EVALUATION'],
  ['thrown', 500, 'ERR_EVALUATION'],
] as const)('%s is answered %i %s', ([error, status, code]) => {
  expect(faultOf(error)).toMatchObject({ status, code })
})
