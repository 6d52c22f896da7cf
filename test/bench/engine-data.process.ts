import { readFileSync } from 'node:fs'

import { patchInPlace } from '@vedette/core/bundle/patch-in-place'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { createPlanEngine } from '@vedette/core/evaluator/plan/runtime/engine'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { sourceOfValue } from '@vedette/core/json/source'

/** Started with `--expose-gc`: an engine with large data, and what a million patches do to it. */
const [name, code = '', dataFile = '', entrypoint = '', users = '', patches = ''] =
  process.argv.slice(2)
const batch = 100
/** A parser, too, gives equal short strings only once. */
const roles = Array.from({ length: batch }, (_, i) => `role${i}`)
const builtins = new Map<never, never>()
const engine: Engine =
  name === 'plan'
    ? createPlanEngine(readFileSync(code, 'utf8'), { builtins })
    : createWasmEngine(await compileUnit(readFileSync(code)), { builtins })

const emptyMb = heldMb()
let document: Json = parseJson(readFileSync(dataFile, 'utf8'))
engine.setData(sourceOfValue(document))
for (let i = 0; i < 50; i += 1) patchMany(i)
const loadedMb = heldMb()
const samples = Array.from({ length: Number(patches) / batch }, (_, i) => patchMany(i))
const patchedMb = heldMb()
const last = document as { users: Record<string, { roles: Json }> }
const right = Object.keys(last.users)
  .slice(0, 200)
  .every((user) => evaluated(user) === JSON.stringify(last.users[user]?.roles))
console.log(
  JSON.stringify({ dataMb: loadedMb - emptyMb, patchedMb: patchedMb - emptyMb, samples, right }),
)

function evaluated(user: string): string {
  return JSON.stringify(engine.evaluate(entrypoint, sourceOfValue({ user })))
}

/** Microseconds a patch: each gives one user new roles, in the document and in the engine. */
function patchMany(round: number): number {
  const all = Array.from({ length: batch }, (_, i) => {
    const user = (round * batch + i * 7919) % Number(users)
    const value = [roles[i] ?? '', roles[round % batch] ?? '']
    return [{ op: 'replace', path: `/users/user${user}/roles`, value }] as const
  })
  const begin = used()
  for (const operations of all) {
    document = patchInPlace(document, operations).document
    engine.patchData(sourceOfValue(document), operations)
  }
  return (used() - begin) / batch
}

function used(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function heldMb(): number {
  for (let i = 0; i < 4; i += 1) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1e6
}
