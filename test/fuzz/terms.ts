import { stringifyJson } from '@vedette/core/json/stringify'

import { randomKey, randomValue } from './documents.ts'
import { expression, list, type Fragment } from './fragment.ts'
import { arithmetic, builtinCall, setOperation } from './operands.ts'
import { deeper, pickFrom, type Scope } from './scope.ts'
import { comprehension } from './statements.ts'

/** Any expression that has a value. */
export function term(scope: Scope): Fragment {
  const { random, depth } = scope
  if (depth <= 0) return random.chance(0.4) ? literal(scope) : reference(scope)
  return random.pick(termMakers)(scope)
}

const termMakers: readonly [(scope: Scope) => Fragment, ...((scope: Scope) => Fragment)[]] = [
  literal,
  reference,
  reference,
  reference,
  builtinCall,
  builtinCall,
  functionCall,
  arithmetic,
  setOperation,
  comparison,
  collection,
  collection,
  comprehension,
  comprehension,
]

/**
 * An expression that may fail. OPA's planner leaves out what is always defined, such as a comprehension, and with it
 * the errors that native OPA meets there.
 */
export function condition(scope: Scope): Fragment {
  return scope.random.pick([reference, builtinCall, functionCall, comparison])(scope)
}

function literal({ random }: Scope): Fragment {
  return expression(stringifyJson(randomValue(random, random.below(2))))
}

/** `input.a[0]`, `data.d["x y"]`, `x.b`, `rule`: mostly something that is there. */
export function reference(scope: Scope): Fragment {
  const { random } = scope
  const path = pathFrom(scope)
  if (path === undefined)
    return expression(random.pick(['input', 'data.d', 'data.e']), segment(scope), segment(scope))
  return expression(path, random.chance(0.1) ? segment(scope) : '')
}

/** Rules are few among them: with one that does not compile, those that use it are lost. */
function pathFrom({ random, variables, definitions, paths }: Scope): string | undefined {
  const rules = definitions.filter(({ kind }) => kind !== 'function').map(({ name }) => name)
  if (random.chance(0.12)) return pickFrom(random, rules)
  if (random.chance(0.4)) return pickFrom(random, variables) ?? pickFrom(random, paths)
  return random.chance(0.95) ? pickFrom(random, paths) : undefined
}

function segment({ random, variables }: Scope): string {
  const variable = pickFrom(random, variables)
  if (variable !== undefined && random.chance(0.3)) return `[${variable}]`
  if (random.chance(0.2)) return `[${random.below(3)}]`
  return `[${JSON.stringify(randomKey(random))}]`
}

function functionCall(scope: Scope): Fragment {
  const functions = scope.definitions.filter(({ kind }) => kind === 'function')
  const called = pickFrom(scope.random, functions)
  if (!called) return reference(scope)
  const operands = Array.from({ length: called.arity }, () => term(deeper(scope)))
  return expression(`${called.name}(`, ...list(operands), ')')
}

export function comparison(scope: Scope): Fragment {
  const operator = scope.random.pick([' == ', ' != ', ' < ', ' <= ', ' > ', ' >= ', ' in '])
  return expression('(', term(deeper(scope)), operator, term(deeper(scope)), ')')
}

export function collection(scope: Scope): Fragment {
  const { random } = scope
  const items = (): readonly Fragment[] => random.times(0, 4, () => term(deeper(scope)))
  switch (random.below(3)) {
    case 0:
      return expression('[', ...list(items()), ']')
    case 1:
      return setOf(items())
    default:
      return object(scope)
  }
}

export function setOf(items: readonly Fragment[]): Fragment {
  return items.length === 0 ? expression('set()') : expression('{', ...list(items), '}')
}

export function object(scope: Scope): Fragment {
  const { random } = scope
  const members = random.times(0, 3, (at) => {
    const key = random.chance(0.8)
      ? JSON.stringify(`${randomKey(random)}${at || ''}`)
      : term(deeper(scope))
    return expression(key, ': ', term(deeper(scope)))
  })
  return expression('{', ...list(members), '}')
}
