import type { Fragment } from './fragment.ts'
import type { Random } from './random.ts'
import type { Definition, Scope } from './scope.ts'
import { body } from './statements.ts'
import { term } from './terms.ts'

/** A module of package `fuzz`, and which of its rules can be asked for. */
export interface Program {
  readonly module: Fragment
  readonly rules: readonly string[]
}

type Known = Pick<Scope, 'random' | 'signatures' | 'paths'>

const RULES = 10
const ATTEMPTS = 30

/**
 * Random expressions have wrong types now and then, which OPA finds when it compiles: each definition is made again
 * until `compiles` says that the module does.
 */
export async function randomProgram(
  known: Known,
  compiles: (module: Fragment) => Promise<boolean>,
): Promise<Program> {
  const { random } = known
  const definitions: Definition[] = []
  let module: Fragment = { kind: 'module', parts: ['package fuzz\n\n'] }
  for (let attempt = 0; attempt < ATTEMPTS && definitions.length < RULES; attempt++) {
    const definition = randomDefinition(random, definitions.length)
    const rules = randomRules({ ...known, definitions }, definition)
    const longer = { ...module, parts: [...module.parts, ...rules] }
    if (!(await compiles(longer))) continue
    module = longer
    definitions.push(definition)
  }
  const rules = definitions.filter(({ kind }) => kind !== 'function').map(({ name }) => name)
  return { module, rules }
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
  const { statements, after } = body(inner, 3)
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
