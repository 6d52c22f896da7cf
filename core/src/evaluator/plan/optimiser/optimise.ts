import type { Plan } from '../ir.ts'
import { programVersion, type Head } from '../program.ts'
import { refuseRecursion } from './acyclic.ts'
import { finish } from './finish.ts'
import { lowerFunction, lowerPlan } from './functions.ts'
import { improve } from './improve.ts'
import { scopeOf } from './scope.ts'
import { unsupported } from './unsupported.ts'

/**
 * The program for a plan that OPA's planner made. Throws `EvaluationError` `ERR_UNSUPPORTED_POLICY` where this engine
 * would not answer as OPA does.
 */
export function optimise(plan: unknown): string {
  if (!isPlan(plan)) throw unsupported('what is no plan')
  const scope = scopeOf(plan)
  const { plans } = plan.plans
  const drafts = [
    ...scope.functions.map((callee) => lowerFunction(callee, scope)),
    ...plans.map((entry) => lowerPlan(entry, scope)),
  ]
  refuseRecursion(drafts.map(({ blocks }) => blocks))
  const head: Head = {
    version: programVersion,
    builtins: [...scope.builtins].sort(),
    entrypoints: Object.fromEntries(
      plans.map(({ name }, at) => [name, scope.functions.length + at]),
    ),
    parameters: drafts.map(({ parameters }) => parameters.length),
  }
  return [head, ...drafts.map((draft) => finish(improve(draft)))]
    .map((line) => JSON.stringify(line))
    .join('\n')
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
