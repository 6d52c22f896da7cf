import { textOf, type Fragment } from './fragment.ts'
import type { Random } from './random.ts'
import type { Definition, Scope } from './scope.ts'
import { body } from './statements.ts'
import { term } from './terms.ts'

/** A rule or function with all its clauses. */
export interface Part {
  readonly definition: Definition
  readonly rules: readonly Fragment[]
}

type Known = Pick<Scope, 'random' | 'signatures' | 'paths'>

const PARTS = 16

/** What a module is made of; each part may use those before it. */
export function randomParts(known: Known): readonly Part[] {
  const parts: Part[] = []
  for (let at = 0; at < PARTS; at++) {
    const definition = randomDefinition(known.random, at)
    const definitions = parts.map((part) => part.definition)
    parts.push({ definition, rules: randomRules({ ...known, definitions }, definition) })
  }
  return parts
}

/** A module of package `fuzz`. */
export function moduleOf(parts: readonly Part[]): Fragment {
  return { kind: 'module', parts: ['package fuzz\n\n', ...parts.flatMap(({ rules }) => rules)] }
}

/** The part of this name, and those that it uses, in order. */
export function neededFor(name: string, parts: readonly Part[]): readonly Part[] {
  const needed = new Set([name])
  const found = parts.toReversed().filter(({ definition, rules }) => {
    if (!needed.has(definition.name)) return false
    for (const other of namesIn(rules)) needed.add(other)
    return true
  })
  return found.toReversed()
}

/** The parts without these names and without what uses one of them. */
export function withoutParts(names: ReadonlySet<string>, parts: readonly Part[]): readonly Part[] {
  const gone = new Set(names)
  return parts.filter(({ definition, rules }) => {
    const stays = !gone.has(definition.name) && !namesIn(rules).some((name) => gone.has(name))
    if (!stays) gone.add(definition.name)
    return stays
  })
}

/** Names of definitions, and more words that look like them. */
function namesIn(rules: readonly Fragment[]): readonly string[] {
  return rules.flatMap((each) => textOf(each).match(/\b[csof]\d+\b/g) ?? [])
}

function randomRules(
  known: Known & Pick<Scope, 'definitions'>,
  definition: Definition,
): readonly Fragment[] {
  const { random } = known
  const clauses = random.times(1, 2, (clause) => {
    let names = 0
    const fresh = (): string => `v${clause}_${names++}`
    return randomRule({ ...known, variables: [], depth: 3, fresh }, definition)
  })
  return [...defaultOf(definition, random), ...clauses]
}

function randomDefinition(random: Random, at: number): Definition {
  const kind = random.pick([
    'complete',
    'complete',
    'complete',
    'set',
    'object',
    'function',
  ] as const)
  return { name: `${kind[0]}${at}`, kind, arity: kind === 'function' ? 1 + random.below(2) : 0 }
}

function defaultOf({ name, kind }: Definition, random: Random): readonly Fragment[] {
  if (kind !== 'complete' || random.chance(0.7)) return []
  return [rule(`default ${name} := ${random.pick(['false', '0', '{"a": [1]}'])}\n\n`)]
}

function randomRule(scope: Scope, definition: Definition): Fragment {
  const { random } = scope
  const parameters = Array.from({ length: definition.arity }, (_, at) => `p${at}`)
  const inner = { ...scope, variables: parameters }
  const { statements, after } = body(inner, 2)
  const head = headOf(definition, parameters, { ...after, depth: 1 })
  const hasElse = definition.kind === 'complete' || definition.kind === 'function'
  const branches = hasElse && random.chance(0.25) ? elseOf(inner) : []
  return rule(...head, ' if {\n', ...statements, '}', ...branches, '\n\n')
}

function headOf(
  { name, kind }: Definition,
  parameters: readonly string[],
  scope: Scope,
): Fragment['parts'] {
  switch (kind) {
    case 'complete':
      return scope.random.chance(0.2) ? [name] : [`${name} := `, term(scope)]
    case 'set':
      return [`${name} contains `, term(scope)]
    case 'object':
      return [`${name}[`, term(scope), '] := ', term(scope)]
    case 'function':
      return [`${name}(${parameters.join(', ')}) := `, term(scope)]
  }
}

function elseOf(scope: Scope): Fragment['parts'] {
  const { statements, after } = body(scope, 2)
  return [' else := ', term({ ...after, depth: 1 }), ' if {\n', ...statements, '}']
}

function rule(...parts: Fragment['parts']): Fragment {
  return { kind: 'rule', parts }
}
