/** OPA's intermediate representation (v1/ir/ir.go in OPA 1.22.2) as far as decisions need it: without locations. */
export type Plan = {
  readonly static: { readonly strings?: readonly { readonly value: string }[] | null }
  readonly plans: { readonly plans: readonly IrPlan[] }
  readonly funcs: { readonly funcs: readonly IrFunction[] | null }
}

export type IrPlan = { readonly name: string; readonly blocks: readonly IrBlock[] }

export type IrFunction = {
  readonly name: string
  readonly params: readonly Local[]
  readonly return: Local
  readonly blocks: readonly IrBlock[]
  readonly path?: readonly string[]
}

export type IrBlock = { readonly stmts: readonly IrStatement[] | null }

export type Local = number

export type Operand =
  | { readonly type: 'local'; readonly value: Local }
  | { readonly type: 'string_index'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }

/** The fields of each statement. */
export type IrStatements = {
  readonly ArrayAppendStmt: { readonly value: Operand; readonly array: Local }
  readonly AssignIntStmt: { readonly value: number; readonly target: Local }
  readonly AssignVarOnceStmt: Assignment
  readonly AssignVarStmt: Assignment
  readonly BlockStmt: { readonly blocks: readonly IrBlock[] | null }
  readonly BreakStmt: { readonly index: number }
  readonly CallDynamicStmt: {
    readonly args: readonly Local[]
    readonly result: Local
    readonly path: readonly Operand[]
  }
  readonly CallStmt: {
    readonly func: string
    readonly args: readonly Operand[] | null
    readonly result: Local
  }
  readonly DotStmt: { readonly source: Operand; readonly key: Operand; readonly target: Local }
  readonly EqualStmt: Comparison
  readonly IsArrayStmt: { readonly source: Operand }
  readonly IsDefinedStmt: { readonly source: Local }
  readonly IsObjectStmt: { readonly source: Operand }
  readonly IsSetStmt: { readonly source: Operand }
  readonly IsUndefinedStmt: { readonly source: Local }
  readonly LenStmt: Assignment
  readonly MakeArrayStmt: { readonly target: Local }
  readonly MakeNullStmt: { readonly target: Local }
  readonly MakeNumberIntStmt: { readonly value: number; readonly target: Local }
  readonly MakeNumberRefStmt: { readonly Index: number; readonly target: Local }
  readonly MakeObjectStmt: { readonly target: Local }
  readonly MakeSetStmt: { readonly target: Local }
  readonly NopStmt: object
  readonly NotEqualStmt: Comparison
  readonly NotStmt: { readonly block: IrBlock }
  readonly ObjectInsertOnceStmt: Insertion
  readonly ObjectInsertStmt: Insertion
  readonly ObjectMergeStmt: { readonly a: Local; readonly b: Local; readonly target: Local }
  readonly ResetLocalStmt: { readonly target: Local }
  readonly ResultSetAddStmt: { readonly value: Local }
  readonly ReturnLocalStmt: { readonly source: Local }
  readonly ScanStmt: {
    readonly source: Local
    readonly key: Local
    readonly value: Local
    readonly block: IrBlock
  }
  readonly SetAddStmt: { readonly value: Operand; readonly set: Local }
  readonly WithStmt: {
    readonly local: Local
    readonly path: readonly number[] | null
    readonly value: Operand
    readonly block: IrBlock
  }
}

type Assignment = { readonly source: Operand; readonly target: Local }
type Comparison = { readonly a: Operand; readonly b: Operand }
type Insertion = { readonly key: Operand; readonly value: Operand; readonly object: Local }

export type IrType = keyof IrStatements

export type IrStatement = {
  readonly [Type in IrType]: { readonly type: Type; readonly stmt: IrStatements[Type] }
}[IrType]
