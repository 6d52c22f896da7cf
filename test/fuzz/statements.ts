import { expression, list, statement, type Fragment } from './fragment.ts'
import { deeper, pickFrom, type Scope } from './scope.ts'
import { collection, comparison, condition, reference, term } from './terms.ts'

/** Statements on lines of their own, and the scope after them, where what they bind can be used. */
export interface Body {
  readonly statements: readonly Fragment[]
  readonly after: Scope
}

export function body(scope: Scope, most: number): Body {
  let after = scope
  const statements = scope.random.times(1, most, () => {
    const [made, bound] = anyStatement(after)
    after = { ...after, variables: [...after.variables, ...bound] }
    return statement(...made, ...useOf(bound), '\n')
  })
  return { statements, after }
}

/** OPA refuses variables that are declared and not used. */
function useOf(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`; [${names.join(', ')}] != 0`]
}

type Made = readonly [parts: Fragment['parts'], bound: readonly string[]]

function anyStatement(scope: Scope): Made {
  return scope.random.pick(statementMakers)(deeper(scope))
}

const statementMakers: readonly [(scope: Scope) => Made, ...((scope: Scope) => Made)[]] = [
  assignment,
  assignment,
  someIn,
  someIn,
  iteration,
  iteration,
  (scope) => [[comparison(scope)], []],
  (scope) => [[condition(scope)], []],
  (scope) => [['not ', condition(scope)], []],
  every,
  unification,
  replaced,
]

function assignment(scope: Scope): Made {
  const name = scope.fresh()
  return [[`${name} := `, term(scope)], [name]]
}

function someIn(scope: Scope): Made {
  const item = scope.fresh()
  const source = scope.random.chance(0.5) ? reference(scope) : collection(scope)
  if (scope.random.chance(0.5)) return [[`some ${item} in `, source], [item]]
  const key = scope.fresh()
  return [
    [`some ${key}, ${item} in `, source],
    [key, item],
  ]
}

/** `x := input.a[i]` with an `i` that is found. */
function iteration(scope: Scope): Made {
  const key = scope.fresh()
  const item = scope.fresh()
  return [
    [`some ${key}; ${item} := `, reference(scope), `[${key}]`],
    [key, item],
  ]
}

function every(scope: Scope): Made {
  const [key, item] = [scope.fresh(), scope.fresh()]
  const inner = deeper(scope, [key, item])
  const { statements } = body(inner, 2)
  const uses = `{${useOf([key, item]).join('').slice(1)}\n`
  const parts = [`every ${key}, ${item} in `, reference(scope), ` ${uses}`, ...statements, '}']
  return [parts, []]
}

function unification(scope: Scope): Made {
  const names = [scope.fresh(), scope.fresh()] as const
  const [first, second] = names
  if (scope.random.chance(0.3))
    return [[`[${first}, ${second}] = [`, term(scope), ', ', term(scope), ']'], names]
  // Of a constant that cannot match OPA would say that the variables are unsafe.
  const pattern = scope.random.pick([
    `[${first}, ${second}]`,
    `[${first}, [${second}, 1]]`,
    `{"a": ${first}, "b": ${second}}`,
    `[{"a": ${first}}, ${second}]`,
  ])
  return [[`${pattern} = `, reference(scope)], names]
}

/** A statement while something else is the input, a datum, a rule or a function. */
function replaced(scope: Scope): Made {
  const { random } = scope
  const targets = random.times(1, 2, () =>
    expression('with ', target(scope), ' as ', term(deeper(scope))),
  )
  const asked = random.chance(0.2) ? ['not ', condition(scope)] : [condition(scope)]
  if (random.chance(0.5)) return [[...asked, ' ', ...list(targets, ' ')], []]
  const name = scope.fresh()
  return [[`${name} := `, term(scope), ' ', ...list(targets, ' ')], [name]]
}

function target({ random, definitions }: Scope): string {
  const known = pickFrom(random, definitions)
  if (known && random.chance(0.3))
    return known.kind === 'function' ? known.name : `data.fuzz.${known.name}`
  return random.pick([
    'input',
    'input.a',
    'input["x y"].b',
    'data.d',
    'data.d.a',
    'data.e.b.c',
    'data.new.x',
  ])
}

/** `[x | …]`, `{x | …}`, `{k: v | …}` */
export function comprehension(scope: Scope): Fragment {
  // Two deep is enough: OPA's work doubles with each level.
  const { statements, after } = body(deeper(deeper(scope)), 2)
  const inner = { ...deeper(after), depth: Math.min(1, scope.depth - 1) }
  const head = (): Fragment => term(inner)
  const within = [' |\n', ...statements] as const
  switch (scope.random.below(3)) {
    case 0:
      return expression('[', head(), ...within, ']')
    case 1:
      return expression('{', head(), ...within, '}')
    default:
      return expression('{', head(), ': ', head(), ...within, '}')
  }
}
