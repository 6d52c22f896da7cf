import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'

import type { RegoModule } from '../../gateway/src/catalog/units/compile.ts'
import type { EvaluationRequest } from '../../gateway/src/cli/request.ts'
import type { OpaCase } from './cases.ts'

/** What to ask for a case, and how its answer shows the bindings of the case's query. */
export interface Question {
  readonly request: Omit<EvaluationRequest, 'engine'>
  /** `value`: the result is what the query calls `x`; `bindings`: the results are a set of objects of bindings. */
  readonly shape: 'value' | 'bindings'
}

const PLAIN_QUERY = /^data((?:\.[a-zA-Z_]\w*)*) = x$/

/**
 * A case as a request. A query that is plainly `data.a.b = x` names an entrypoint; any other becomes a rule of a
 * module of its own, which holds the set of its bindings.
 */
export function questionOf(given: OpaCase): Question {
  const { regoVersion, strict_error: strictErrors, data } = given
  const input = inputOf(given)
  const common = {
    regoVersion,
    strictErrors,
    ...(data != null && { data }),
    ...(input !== undefined && { input }),
  }
  const modules = (given.modules ?? []).map((source, at) => ({ file: `test-${at}.rego`, source }))
  const [, path] = PLAIN_QUERY.exec(given.query.trim()) ?? []
  if (path !== undefined && !hasRegoInput(given)) {
    const entrypoint = path.split('.').filter(Boolean).join('/')
    return { shape: 'value', request: { ...common, modules, entrypoint } }
  }
  const request = {
    ...common,
    modules: [...modules, queryModule(given)],
    entrypoint: 'vedette_query/bindings',
  }
  return { shape: 'bindings', request }
}

function queryModule(given: OpaCase): RegoModule {
  const bindings = namesOf(given).map((name) => `${JSON.stringify(name)}: ${name}`)
  const query = hasRegoInput(given) ? withInput(given) : given.query
  const source = `package vedette_query

import rego.v1

bindings contains {${bindings.join(', ')}} if {
${query}
}
`
  return { file: 'query.rego', source }
}

/** The variables that the case looks at; without a result to come, whether there is any is all that shows. */
function namesOf({ want_result: wanted = [] }: OpaCase): readonly string[] {
  return Object.keys(wanted[0] ?? {})
}

function inputOf({ input, input_term: term }: OpaCase): Json | undefined {
  return term === undefined ? input : jsonOf(term)
}

/** An input may be written as a Rego term, which JSON need not have a word for: a set, say. */
function hasRegoInput({ input_term: term }: OpaCase): boolean {
  return term !== undefined && jsonOf(term) === undefined
}

function withInput({ query, input_term: term = '' }: OpaCase): string {
  return `${query} with input as ${term}`
}

function jsonOf(term: string): Json | undefined {
  try {
    return parseJson(term)
  } catch {
    return undefined
  }
}
