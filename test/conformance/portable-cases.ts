import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { Answer } from '../../gateway/src/cli/answer.ts'
import { CompileFault } from '../../gateway/src/cli/compile-fault.ts'
import { answer } from '../../gateway/src/cli/evaluate.ts'
import { wireModules, type Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { differenceOf } from '../support/same-answer.ts'
import type { OpaCase } from './cases.ts'
import { questionOf, type Question } from './convert.ts'
import type { PortableAnswer, PortableCase } from './portable.ts'
import { judge } from './verdict.ts'

/** A case to be tried in another runtime, and what native OPA answers to it. */
export interface CarriedCase {
  readonly given: OpaCase
  readonly shape: Question['shape']
  readonly portable: PortableCase
  readonly native: Answer
}

/** Compiles cases; those that name a builtin we lack are left out. */
export async function carry(
  cases: readonly OpaCase[],
  toolchain: Toolchain,
): Promise<readonly CarriedCase[]> {
  const carried = await Promise.all(cases.map((given) => carryOne(given, toolchain)))
  return carried.filter((each) => each !== undefined)
}

async function carryOne(given: OpaCase, toolchain: Toolchain): Promise<CarriedCase | undefined> {
  const { request, shape } = questionOf(given)
  const { modules, entrypoint, regoVersion, strictErrors, data = {}, input } = request
  const asked = { modules: wireModules(modules), builtins: capabilities, regoVersion }
  try {
    const targets = { entrypoints: [entrypoint], targets: ['plan'] }
    const { plan } = await toolchain.ask('compile', { ...asked, ...targets })
    const documents = {
      data: stringifyJson(data),
      ...(input !== undefined && { input: stringifyJson(input) }),
    }
    const portable = { program: optimise(plan), entrypoint, strictErrors, ...documents }
    const native = await answer({ ...request, engine: 'native' }, toolchain)
    return { given, shape, portable, native }
  } catch (error) {
    if (error instanceof CompileFault) return undefined
    throw error
  }
}

/** What is wrong with an answer from another runtime; `undefined` when it is right. */
export function faultOfAnswer(
  { given, shape, native }: CarriedCase,
  portable: PortableAnswer,
): string | undefined {
  const own = answerFrom(portable)
  const { kind, detail } = judge(given, shape, own)
  const difference = kind === 'pass' ? differenceOf(own, native) : detail
  return kind !== 'refused' && difference ? `${given.note}: ${difference}` : undefined
}

function answerFrom(portable: PortableAnswer): Answer {
  if ('error' in portable) return portable
  return portable.result === undefined ? {} : { result: parseJson(portable.result) }
}
