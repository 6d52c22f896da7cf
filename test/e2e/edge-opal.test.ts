import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import type { Json } from '@vedette/core/json/json'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import { createCompiler } from '../../gateway/src/compiler/compiler.ts'
import type { Publisher, UnitSource } from '../support/edge/publisher.ts'
import { createKey, createPublisher } from '../support/edge/publisher.ts'
import type { EdgeWorker } from '../support/edge/worker.ts'
import { startEdge, token } from '../support/edge/worker.ts'

const source = `package careful
import rego.v1
seen := data.system.opal.last_data_transaction.id
on := data.node.on
`

let edge: EdgeWorker
let publisher: Publisher
let unit: UnitSource

beforeAll(async () => {
  const key = await createKey()
  publisher = createPublisher({ signer: key.signer, epoch: 1 })
  const compiler = createCompiler({ helperPath: await ensureHelper(), builtins: capabilities })
  const answer = await compiler.compile([{ file: 'careful.rego', source }])
  await compiler.close()
  if (!('unit' in answer) || !answer.unit.wasm) expect.unreachable()
  unit = { ...answer.unit, wasm: answer.unit.wasm }
  edge = await startEdge({
    vars: { VEDETTE_TOKEN: token, VEDETTE_TRUST: key.trust, VEDETTE_FRESHNESS_MS: '0' },
  })
})
afterAll(() => edge.close())

const resultOf = async (path: string): Promise<Json | undefined> =>
  (await edge.ask(path)).body['result'] as Json | undefined

test("wasm in an isolate sees the hub's own account, through every change of the data", async () => {
  await edge.push(await publisher.deploy([unit]))
  expect(await resultOf('careful/seen')).toBeUndefined()
  const first = await edge.push(await publisher.setData({ node: { on: 1 } }))
  expect(await resultOf('careful/seen')).toBe(first.status.last.data?.id)
  const second = await edge.push(
    await publisher.patch([{ op: 'replace', path: '/node/on', value: 2 }]),
  )
  expect(second.status.last.data?.id).not.toBe(first.status.last.data?.id)
  expect(await resultOf('careful/seen')).toBe(second.status.last.data?.id)
  expect(await resultOf('careful/on')).toBe(2)
  await edge.push(await publisher.renew({ hidesOpal: true }))
  expect(await resultOf('careful/seen')).toBeUndefined()
  expect(await resultOf('careful/on')).toBe(2)
})
