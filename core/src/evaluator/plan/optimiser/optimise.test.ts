import { describe, expect, it } from 'vitest'

import { sourceOfValue } from '../../../json/source.ts'
import { loadBuiltins } from '../../builtins/table.ts'
import { readPlan } from '../../fixtures/fixtures.ts'
import { createPlanEngine } from '../runtime/engine.ts'
import { optimise } from './optimise.ts'

const [input, data] = [local(0), local(1)]

/** A plan whose one rule `p/q` has these statements, `$3` being what they set; others may be called. */
function planOf(statements: readonly unknown[], others: readonly unknown[] = []): unknown {
  const path = ['g0', 'p', 'q']
  return {
    static: { strings: [{ value: 'result' }, { value: 'x' }] },
    plans: {
      plans: [{ name: 'p/q', blocks: [{ stmts: [call('g0.data.p.q', 4), ...answer(4)] }] }],
    },
    funcs: { funcs: [functionOf('g0.data.p.q', statements, path), ...others] },
  }
}

function functionOf(
  name: string,
  statements: readonly unknown[],
  path: readonly string[],
): unknown {
  const body = { stmts: [reset, ...statements] }
  const handOn = { stmts: [{ type: 'IsDefinedStmt', stmt: { source: 3 } }, once(2, local(3))] }
  const end = { stmts: [{ type: 'ReturnLocalStmt', stmt: { source: 2 } }] }
  return { name, params: [0, 1], return: 2, blocks: [body, handOn, end], path }
}

const reset = { type: 'ResetLocalStmt', stmt: { target: 3 } }

function local(value: number): unknown {
  return { type: 'local', value }
}

function text(value: number): unknown {
  return { type: 'string_index', value }
}

function once(target: number, source: unknown): unknown {
  return { type: 'AssignVarOnceStmt', stmt: { target, source } }
}

function call(func: string, result: number, args: readonly unknown[] = [input, data]): unknown {
  return { type: 'CallStmt', stmt: { func, args, result } }
}

function answer(value: number): readonly unknown[] {
  return [
    { type: 'MakeObjectStmt', stmt: { target: 9 } },
    { type: 'ObjectInsertStmt', stmt: { key: text(0), value: local(value), object: 9 } },
    { type: 'ResultSetAddStmt', stmt: { value: 9 } },
  ]
}

const twoParameters = {
  ...(functionOf('g0.data.p.f', [once(3, text(1))], ['g0', 'p', 'f']) as object),
  params: [0, 1, 5],
}

const withFour = {
  type: 'WithStmt',
  stmt: { local: 1, path: [1], value: local(4), block: { stmts: [once(3, text(1))] } },
}

function nestedBlocks(depth: number): unknown {
  let statement: unknown = once(3, text(1))
  for (let at = 0; at < depth; at++)
    statement = { type: 'NotStmt', stmt: { block: { stmts: [statement] } } }
  return statement
}

describe('optimise', () => {
  it('makes a program of a plan', () => {
    const dot = { type: 'DotStmt', stmt: { source: input, key: text(1), target: 4 } }
    const engine = createPlanEngine(optimise(planOf([dot, once(3, local(4))])), {
      builtins: new Map(),
    })
    expect(engine.entrypoints).toEqual(['p/q'])
    expect(engine.evaluate('p/q', sourceOfValue({ x: [1] }))).toEqual([1])
  })

  it('gives functions no value where OPA plans them like rules', () => {
    const f = functionOf('g0.data.p.f', [once(3, text(1))], ['g0', 'p', 'f'])
    const read = [call('g0.data.p.f', 4), once(3, local(4))]
    const ask = (callee: object): unknown =>
      createPlanEngine(optimise(planOf(read, [callee])), { builtins: new Map() }).evaluate(
        'p/q',
        undefined,
      )
    expect(ask(f as object)).toBe('x')
    expect(ask({ ...(f as object), params: [0, 1, 5] })).toBeUndefined()
  })

  it.each([
    ['what is no plan', { static: {} }],
    ['another statement', planOf([{ type: 'GotoStmt', stmt: {} }])],
    ['a statement named as what every object has', planOf([{ type: 'constructor', stmt: {} }])],
    ['another operand', planOf([once(3, { type: 'number', value: 1 })])],
    ['a string the plan lacks', planOf([once(3, text(7))])],
    ['a builtin nobody has', planOf([call('http.send', 4, [input]), once(3, local(4))])],
    ['a call without input and data', planOf([call('g0.data.p.q', 4, [data, input])])],
    ['an assignment to data', planOf([once(1, text(1))])],
    ['a rule that calls itself', planOf([call('g0.data.p.q', 4), once(3, local(4))])],
    [
      'rules that call each other',
      planOf(
        [call('g0.data.p.r', 4), once(3, local(4))],
        [functionOf('g0.data.p.r', [call('g0.data.p.q', 4), once(3, local(4))], ['g0', 'p', 'r'])],
      ),
    ],
    [
      'a function taken for a document',
      planOf([call('g0.data.p.f', 4), withFour], [twoParameters]),
    ],
    ['statements nested too deep', planOf([nestedBlocks(5_000)])],
    ['a result among statements', planOf([...answer(0), once(3, text(1))])],
  ])('refuses %s', (_, plan) => {
    expect(() => optimise(plan)).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_POLICY' }),
    )
  })
})

describe('a program', () => {
  const words = Array.from({ length: 1000 }, (_, at) => `w${at}`)

  async function start(steps: number): Promise<ReturnType<typeof createPlanEngine>> {
    const builtins = await loadBuiltins()
    return createPlanEngine(optimise(await readPlan('semantics')), { builtins, limits: { steps } })
  }

  it('looks no further than the body that settles it', async () => {
    const engine = await start(10)
    const question = sourceOfValue({ words, word: 'w1' })
    expect(engine.evaluate('semantics/first', question)).toBe(true)
  })

  it('looks no further than the item that breaks a rule for all', async () => {
    const engine = await start(10)
    const question = sourceOfValue({ a: words, b: ['other'] })
    expect(engine.evaluate('semantics/all', question)).toBeUndefined()
  })

  it('does not go through items of which none can pass', async () => {
    const engine = await start(10)
    expect(engine.evaluate('semantics/first', sourceOfValue({ words }))).toBeUndefined()
  })

  it('leaves out a rule that lacks what it reads, whatever else is wrong with it', () => {
    const conflict = functionOf(
      'g0.data.p.r',
      [once(3, text(0)), once(3, text(1))],
      ['g0', 'p', 'r'],
    )
    const read = [
      { type: 'DotStmt', stmt: { source: input, key: text(1), target: 5 } },
      { type: 'AssignVarStmt', stmt: { source: local(5), target: 6 } },
    ]
    const program = optimise(
      planOf([call('g0.data.p.r', 4), ...read, once(3, local(6))], [conflict]),
    )
    const engine = createPlanEngine(program, { builtins: new Map() })
    expect(engine.evaluate('p/q', sourceOfValue({}))).toBeUndefined()
    expect(() => engine.evaluate('p/q', sourceOfValue({ x: 1 }))).toThrow(/eval_conflict_error/)
  })

  it('adds to no value that it did not make', () => {
    const read = { type: 'DotStmt', stmt: { source: input, key: text(1), target: 4 } }
    const insert = { type: 'ObjectInsertStmt', stmt: { key: text(0), value: text(1), object: 4 } }
    const engine = createPlanEngine(optimise(planOf([read, insert, once(3, local(4))])), {
      builtins: new Map(),
    })
    const given = { x: {} }
    expect(() => engine.evaluate('p/q', sourceOfValue(given))).toThrow(/eval_conflict_error/)
    expect(given).toEqual({ x: {} })
  })

  it('cannot double a collection for ever', async () => {
    const make = [
      { type: 'MakeArrayStmt', stmt: { target: 10 } },
      { type: 'ArrayAppendStmt', stmt: { array: 10, value: text(1) } },
    ]
    const double = Array.from({ length: 40 }, (_, at) =>
      call('array.concat', 11 + at, [local(10 + at), local(10 + at)]),
    )
    const builtins = await loadBuiltins(['array.concat'])
    const program = optimise(planOf([...make, ...double, once(3, local(50))]))
    expect(() => createPlanEngine(program, { builtins }).evaluate('p/q', undefined)).toThrow(
      expect.objectContaining({ code: 'ERR_LIMIT' }),
    )
  })

  it('cannot go through a long list again and again', async () => {
    const sums = Array.from({ length: 100 }, (_, at) => call('sum', 11 + at, [input]))
    const builtins = await loadBuiltins(['sum'])
    const program = optimise(planOf([...sums, once(3, local(110))]))
    const engine = createPlanEngine(program, { builtins, limits: { steps: 1000 } })
    const list = (length: number): ReturnType<typeof sourceOfValue> =>
      sourceOfValue(Array.from({ length }, () => 1))
    expect(engine.evaluate('p/q', list(50))).toBe(50)
    expect(() => engine.evaluate('p/q', list(500))).toThrow(
      expect.objectContaining({ code: 'ERR_LIMIT' }),
    )
  })

  it('calls a rule once in a decision', async () => {
    const plan = planOf(
      [call('g0.data.p.r', 4), call('g0.data.p.r', 5), call('g0.data.p.r', 6), once(3, local(6))],
      [functionOf('g0.data.p.r', [once(3, text(1))], ['g0', 'p', 'r'])],
    )
    const engine = createPlanEngine(optimise(plan), { builtins: new Map(), limits: { steps: 2 } })
    expect(engine.evaluate('p/q', undefined)).toBe('x')
  })
})
