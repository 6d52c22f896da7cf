import type { Plan } from '../ir.ts'
import { programVersion, type FunctionBody, type Head } from '../program.ts'
import { refuseRecursion } from './acyclic.ts'
import { finish } from './finish.ts'
import { lowerFunction, lowerPlan } from './functions.ts'
import { improve } from './improve.ts'
import { scopeOf } from './scope.ts'
import { isNode } from './tree.ts'
import { unsupported } from './unsupported.ts'

/**
 * The program for a plan that OPA's planner made. Throws `EvaluationError` `ERR_UNSUPPORTED_POLICY` where this engine
 * would not answer as OPA does.
 */
export function optimise(plan: unknown): string {
  try {
    return programOf(plan)
  } catch (error) {
    // The stack that ends is the optimiser's own.
    if (error instanceof RangeError) throw unsupported('statements nested this deep')
    throw error
  }
}

function programOf(plan: unknown): string {
  if (!isPlan(plan)) throw unsupported('what is no plan')
  const scope = scopeOf(plan)
  const { plans } = plan.plans
  const drafts = [
    ...scope.functions.map((callee) => lowerFunction(callee, scope)),
    ...plans.map((entry) => lowerPlan(entry, scope)),
  ]
  refuseRecursion(drafts.map(({ blocks }) => blocks))
  const bodies = drafts.map((draft) => finish(improve(draft)))
  const head: Head = {
    version: programVersion,
    builtins: [...scope.builtins].sort(),
    entrypoints: Object.fromEntries(
      plans.map(({ name }, at) => [name, answerer(bodies, scope.functions.length + at)]),
    ),
    parameters: drafts.map(({ parameters }) => parameters.length),
  }
  return [head, ...bodies].map((line) => JSON.stringify(line)).join('\n')
}

/** Most entrypoints do no more than call a rule, which may as well answer itself. */
function answerer(bodies: readonly FunctionBody[], number: number): number {
  const { blocks = [], result } = bodies[number] ?? {}
  const [statement, ...others] = blocks.length === 1 ? (blocks[0] ?? []) : []
  if (statement?.[0] !== 'let' || statement[1] !== result || others.length > 0) return number
  const [, , value] = statement
  return isNode(value) && value[0] === 'call' && value[2].length === 0 ? value[1] : number
}

/** It comes from our own compiler: what it must have to be one is enough. */
function isPlan(plan: unknown): plan is Plan {
  return (
    typeof plan === 'object' &&
    plan !== null &&
    'static' in plan &&
    'plans' in plan &&
    'funcs' in plan
  )
}
