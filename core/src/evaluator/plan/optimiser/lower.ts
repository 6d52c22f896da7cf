import { numberFrom } from '../../../json/number.ts'
import type { IrBlock, IrStatement, IrStatements, IrType, Local } from '../ir.ts'
import type { Body, Expression, Statement } from '../program.ts'
import { isReadOfFunction, lowerCall, lowerDynamicCall } from './lower-calls.ts'
import { localOf, operandOf, type Scope } from './scope.ts'
import { isNode } from './tree.ts'
import { unsupported } from './unsupported.ts'

type Lowering = {
  readonly [Type in IrType]: (stmt: IrStatements[Type], scope: Scope) => Statement
}

/** The same statements, their locals the slots still, in the program's words. */
export function lowerBlock(block: IrBlock, scope: Scope): Body {
  const statements = block.stmts ?? []
  refuseLostFunctions(statements, scope)
  return statements
    .filter(({ type }) => type !== 'NopStmt')
    .map((statement) => lower(statement, scope))
}

/** Where all of a package is replaced, OPA's planner takes a function replaced below it for a document. */
function refuseLostFunctions(statements: readonly IrStatement[], scope: Scope): void {
  const functions = new Set<Local>()
  for (const { type, stmt } of statements) {
    if (type === 'CallStmt' && isReadOfFunction(stmt, scope)) functions.add(stmt.result)
    if (type !== 'WithStmt' || stmt.value.type !== 'local') continue
    if (functions.has(stmt.value.value))
      throw unsupported('a function replaced in a package that is replaced')
  }
}

function lower<Type extends IrType>(
  { type, stmt }: IrStatement & { type: Type; stmt: IrStatements[Type] },
  scope: Scope,
): Statement {
  if (!Object.hasOwn(lowering, type)) throw unsupported(`the statement ${String(type)}`)
  return lowering[type](stmt, scope)
}

const lowering: Lowering = {
  ArrayAppendStmt: ({ array, value }, scope) => ['append', written(array), operandOf(value, scope)],
  AssignIntStmt: ({ target, value }) => ['let', written(target), value],
  AssignVarOnceStmt: ({ target, source }, scope) => [
    'once',
    written(target),
    operandOf(source, scope),
  ],
  AssignVarStmt: ({ target, source }, scope) => ['copy', written(target), operandOf(source, scope)],
  BlockStmt: ({ blocks }, scope) => [
    'block',
    (blocks ?? []).map((block) => lowerBlock(block, scope)),
  ],
  BreakStmt: ({ index }) => ['break', index + 1],
  CallDynamicStmt: lowerDynamicCall,
  CallStmt: (call, scope) =>
    isReadOfFunction(call, scope)
      ? ['break', 1]
      : ['let', written(call.result), lowerCall(call, scope)],
  DotStmt: ({ source, key, target }, scope) => [
    'let',
    written(target),
    ['dot', operandOf(source, scope), operandOf(key, scope)],
  ],
  EqualStmt: ({ a, b }, scope) => ['equal', operandOf(a, scope), operandOf(b, scope)],
  IsArrayStmt: ({ source }, scope) => ['is', 'array', operandOf(source, scope)],
  IsDefinedStmt: ({ source }) => ['defined', localOf(source)],
  IsObjectStmt: ({ source }, scope) => ['is', 'object', operandOf(source, scope)],
  IsSetStmt: ({ source }, scope) => ['is', 'set', operandOf(source, scope)],
  IsUndefinedStmt: ({ source }) => ['undefined', localOf(source)],
  LenStmt: ({ source, target }, scope) => [
    'let',
    written(target),
    ['length', operandOf(source, scope)],
  ],
  MakeArrayStmt: ({ target }) => ['make', written(target), 'array'],
  MakeNullStmt: ({ target }) => ['let', written(target), null],
  MakeNumberIntStmt: ({ target, value }) => ['let', written(target), value],
  MakeNumberRefStmt: ({ target, Index }, { text }) => [
    'let',
    written(target),
    numberOf(text(Index)),
  ],
  MakeObjectStmt: ({ target }) => ['make', written(target), 'object'],
  MakeSetStmt: ({ target }) => ['make', written(target), 'set'],
  NopStmt: () => ['block', []],
  NotEqualStmt: ({ a, b }, scope) => ['unequal', operandOf(a, scope), operandOf(b, scope)],
  NotStmt: ({ block }, scope) => ['not', afresh(lowerBlock(block, scope))],
  ObjectInsertOnceStmt: ({ object, key, value }, scope) => [
    'insertOnce',
    written(object),
    operandOf(key, scope),
    operandOf(value, scope),
  ],
  ObjectInsertStmt: ({ object, key, value }, scope) => [
    'insert',
    written(object),
    operandOf(key, scope),
    operandOf(value, scope),
  ],
  ObjectMergeStmt: ({ a, b, target }) => [
    'let',
    written(target),
    ['merge', localOf(a), localOf(b)],
  ],
  ResetLocalStmt: ({ target }) => ['clear', written(target)],
  ResultSetAddStmt: () => {
    throw unsupported('a result that is not the last statement of a plan')
  },
  ReturnLocalStmt: () => {
    throw unsupported('a return that is not the last block of a function')
  },
  ScanStmt: ({ source, key, value, block }, scope) => [
    'scan',
    localOf(source),
    written(key),
    written(value),
    lowerBlock(block, scope),
    'sorted',
  ],
  SetAddStmt: ({ set, value }, scope) => ['add', written(set), operandOf(value, scope)],
  WithStmt: ({ local, path, value, block }, scope) => [
    'with',
    replaced(local),
    (path ?? []).map(scope.text),
    operandOf(value, scope),
    lowerBlock(block, scope),
  ],
}

/** The condition that a body ends with counts for this time only; the plan leaves it from the time before. */
function afresh(body: Body): Body {
  const last = body.at(-1)
  const isCondition = last?.[0] === 'defined' && isNode(last[1]) && last[1][0] === 'local'
  return isCondition ? [['clear', last[1][1]], ...body] : body
}

function numberOf(literal: string): Expression {
  const number = numberFrom(literal)
  return typeof number === 'number' ? number : ['number', literal]
}

/** Only `with` replaces input and data. */
function written(local: Local): number {
  if (local > 1) return local
  throw unsupported('an assignment to input or data')
}

function replaced(local: Local): 'input' | 'data' {
  if (local > 1) throw unsupported('a replacement of what is neither input nor data')
  return local === 0 ? 'input' : 'data'
}
