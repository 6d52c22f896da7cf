import { parseInt64 } from '../builtins/operand.ts'
import type { IrBlock, IrStatement, IrStatements, Local, Operand, Plan } from '../plan/ir.ts'
import { faultOfCall, makesArray, type Known } from './faulty-builtins.ts'

/**
 * What OPA's own wasm runtime (1.22) may answer otherwise than OPA; none: the policy is fit for the wasm engine. It
 * looks at the plan, OPA's intermediate representation. What input and data hold is not known then, so that a
 * construct counts if any input and data show its fault.
 */
export function wasmFaults(plan: unknown): readonly string[] {
  const { static: constants, plans, funcs } = plan as Plan
  const textAt = (index: number): string => constants.strings?.[index]?.value ?? ''
  const operands = new Map((funcs.funcs ?? []).map(({ name, params }) => [name, params?.length]))
  const faults = new Set<string>()
  for (const { blocks } of [...(funcs.funcs ?? []), ...plans.plans])
    examine(blocks, { textAt, operands, report: (fault) => faults.add(fault) })
  return [...faults]
}

interface Findings {
  readonly textAt: (index: number) => string
  /** How many operands a function takes. */
  readonly operands: ReadonlyMap<string, number | undefined>
  readonly report: (fault: string) => void
}

interface Literal {
  readonly list: IrBlock['stmts']
  keys: number
  /** Whether one of its keys is no constant, so that two may turn out equal. */
  hasVariable: boolean
}

/** Of every function. */
const [inputLocal, dataLocal] = [0, 1]

function examine(body: readonly IrBlock[], { textAt, operands, report }: Findings): void {
  const known = new Map<Local, Known>()
  /** In how many scans, of what may be no array, an array was made. */
  const madeIn = new Map<Local, number>()
  /** What one path into the data document leads to. */
  const base = new Set<Local>([dataLocal])
  /** Objects that a list of statements makes, while it writes their keys. */
  const literals = new Map<Local, Literal>()
  let list: IrBlock['stmts'] = null
  let scans = 0

  function knownOf(operand: Operand): Known {
    if (operand.type === 'string_index') return { text: textAt(operand.value) }
    return operand.type === 'local' ? known.get(operand.value) : undefined
  }

  function visitAll(blocks: readonly IrBlock[] | null): void {
    const outer = list
    for (const { stmts } of blocks ?? []) {
      list = stmts
      for (const statement of stmts ?? []) visit(statement)
    }
    list = outer
  }

  function visit({ type, stmt }: IrStatement): void {
    switch (type) {
      case 'ArrayAppendStmt':
        if (scans > (madeIn.get(stmt.array) ?? 0))
          report('it makes an array in the order of buckets')
        return
      case 'AssignVarStmt':
        return write(stmt.target, knownOf(stmt.source))
      case 'BlockStmt':
        return visitAll(stmt.blocks)
      case 'CallStmt':
        return visitCall(stmt)
      case 'DotStmt':
        return visitRead(stmt)
      case 'IsArrayStmt':
      case 'IsObjectStmt':
        return endPath(stmt.source)
      case 'MakeArrayStmt':
        madeIn.set(stmt.target, scans)
        return write(stmt.target, 'array')
      case 'MakeNumberIntStmt':
        return write(stmt.target, 'integer')
      case 'MakeNumberRefStmt':
        return visitNumber(stmt)
      case 'MakeObjectStmt':
        literals.set(stmt.target, { list, keys: 0, hasVariable: false })
        return write(stmt.target)
      case 'NotStmt':
        return visitAll([stmt.block])
      case 'ObjectInsertStmt':
        return visitInsert(stmt)
      case 'ScanStmt':
        return visitScan(stmt)
      case 'WithStmt':
        return visitWith(stmt)
      case 'AssignIntStmt':
      case 'AssignVarOnceStmt':
      case 'LenStmt':
      case 'MakeNullStmt':
      case 'MakeSetStmt':
      case 'ObjectMergeStmt':
      case 'ResetLocalStmt':
        return write(stmt.target)
      case 'CallDynamicStmt':
        return write(stmt.result)
      case 'BreakStmt':
      case 'EqualStmt':
      case 'IsDefinedStmt':
      case 'IsSetStmt':
      case 'IsUndefinedStmt':
      case 'NopStmt':
      case 'NotEqualStmt':
      case 'ObjectInsertOnceStmt':
      case 'ResultSetAddStmt':
      case 'ReturnLocalStmt':
      case 'SetAddStmt':
    }
  }

  function write(local: Local, value?: Known): void {
    known.set(local, value)
    base.delete(local)
  }

  /** A pattern takes the value apart, which is no path any more. */
  function endPath(operand: Operand): void {
    if (operand.type === 'local') base.delete(operand.value)
  }

  function visitInsert({ object, key }: IrStatements['ObjectInsertStmt']): void {
    const literal = literals.get(object)
    if (literal?.list !== list) return
    literal.keys++
    literal.hasVariable ||= key.type === 'local' && knownOf(key) === undefined
    if (literal.hasVariable && literal.keys > 1) known.set(object, 'object')
  }

  function lookInto(operand: Operand): void {
    if (knownOf(operand) === 'object') report('it finds another one of two members with one key')
  }

  function visitCall({ func, args, result }: IrStatements['CallStmt']): void {
    if ((args ?? []).length < (operands.get(func) ?? 0))
      report('it calls a function like a rule where a package is gone through')
    const fault = faultOfCall(func, (args ?? []).map(knownOf))
    if (fault !== undefined) report(fault)
    write(result, makesArray(func) ? 'array' : undefined)
  }

  function visitRead({ source, key, target }: IrStatements['DotStmt']): void {
    lookInto(source)
    const at = knownOf(key)
    const isBase = source.type === 'local' && base.has(source.value)
    if (isBase ? isStoreKey(at) : at === 'number')
      report('it finds no member by a number so written')
    write(target)
    if (isBase) base.add(target)
  }

  function visitNumber({ Index: index, target }: IrStatements['MakeNumberRefStmt']): void {
    const text = textAt(index)
    if (!jsonNumber.test(text)) report(`it cannot write the number ${text}`)
    write(target, plainInteger.test(text) ? 'integer' : 'number')
  }

  function visitScan({ source, key, value, block }: IrStatements['ScanStmt']): void {
    lookInto({ type: 'local', value: source })
    const isInOrder = known.get(source) === 'array'
    write(key)
    write(value)
    if (base.has(source)) base.add(value)
    if (!isInOrder) scans++
    visitAll([block])
    if (!isInOrder) scans--
  }

  function visitWith({ local, path, block }: IrStatements['WithStmt']): void {
    if (local === inputLocal && path && path.length > 0)
      report('it cannot put a member into an input that is no object')
    visitAll([block])
  }

  visitAll(body)
}

/** OPA's store finds the member "2" by the number, and an item by the text of its number. */
function isStoreKey(key: Known): boolean {
  return typeof key === 'object' ? parseInt64(key.text) !== undefined : key !== undefined
}

/** That the runtime takes for the integer it is. */
const plainInteger = /^(?:0|-?[1-9]\d{0,14})$/
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/
