import { BuiltinError } from '../operand.ts'
import type { Piece } from './pieces.ts'

/** `.`, `.user.name`, `$`, or `$user.name`; without a variable, fields are those of the dot. */
export type Operand = { readonly variable?: string; readonly fields: readonly string[] }

export type Control = {
  readonly kind: 'if' | 'with' | 'range'
  readonly operand: Operand
  /** Of a range: its value, or its index and its value. */
  readonly variables: readonly string[]
  readonly body: readonly Node[]
  readonly otherwise: readonly Node[]
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly operand: Operand }
  | { readonly kind: 'declare' | 'assign'; readonly variable: string; readonly operand: Operand }
  | Control

const operand = String.raw`(?:\$\w*)?(?:\.[A-Za-z_]\w*)+|\$\w*|\.`
const s = '[ \\t\\r\\n]'
const forms = {
  control: new RegExp(`^(if|with|range)(?:${s}+|(?=[.]))(${operand})$`),
  loop: new RegExp(`^range${s}+(\\$\\w+)${s}*(?:,${s}*(\\$\\w+)${s}*)?:=${s}*(${operand})$`),
  otherwise: new RegExp(`^else${s}+((?:if|with)(?:${s}|[.$])[^]*)$`),
  variable: new RegExp(`^(\\$\\w+)(?:${s}*(:)|${s}+)=${s}*(${operand})$`),
  print: new RegExp(`^(${operand})$`),
}

/**
 * The tree of a template. Throws `RangeError` for what is beyond fields, variables, `if`, `with`, and `range`: pipes,
 * functions, and other templates.
 */
export function parseTemplate(pieces: readonly Piece[]): readonly Node[] {
  const parser = createParser(pieces)
  const { nodes, end } = parser.list(['$'])
  if (end !== '') throw new BuiltinError(`template: unexpected {{${end}}}`)
  return nodes
}

type List = { readonly nodes: readonly Node[]; readonly end: string }
interface Parser {
  /** Up to an `else`, an `end`, or the end, which it takes as well; `scope` grows by the variables. */
  list(scope: string[]): List
}

function createParser(pieces: readonly Piece[]): Parser {
  let at = 0

  function list(scope: string[]): List {
    const nodes: Node[] = []
    for (let piece = pieces[at++]; piece; piece = pieces[at++]) {
      const { kind, content } = piece
      if (kind === 'action' && /^(?:end$|else(?:$|[ \t\r\n]))/.test(content))
        return { nodes, end: content }
      nodes.push(kind === 'text' ? { kind, text: content } : node(content, scope))
    }
    return { nodes, end: '' }
  }

  function node(content: string, scope: string[]): Node {
    return control(content, scope) ?? simpleNode(content, scope)
  }

  function control(content: string, scope: readonly string[]): Control | undefined {
    const head = readHead(content, scope)
    if (!head) return undefined
    const inner = [...scope, ...head.variables]
    const { nodes: body, end } = list(inner)
    return { ...head, body, otherwise: otherwise(head.kind, end, inner) }
  }

  function otherwise(kind: string, end: string, scope: string[]): readonly Node[] {
    if (end === 'end') return []
    const [, chained] = forms.otherwise.exec(end) ?? []
    if (chained?.startsWith(kind)) return [node(chained, [...scope])]
    if (end !== 'else') throw new BuiltinError('template: unexpected EOF')
    const { nodes, end: last } = list(scope)
    if (last !== 'end') throw new BuiltinError('template: expected end')
    return nodes
  }

  return { list }
}

function readHead(
  content: string,
  scope: readonly string[],
): Pick<Control, 'kind' | 'operand' | 'variables'> | undefined {
  const [, first, second, over] = forms.loop.exec(content) ?? []
  if (first !== undefined && over !== undefined) {
    const variables = second === undefined ? [first] : [first, second]
    return { kind: 'range', variables, operand: readOperand(over, [...scope, ...variables]) }
  }
  const [, kind, value] = forms.control.exec(content) ?? []
  if (kind === undefined || value === undefined) return undefined
  return { kind: kind as Control['kind'], variables: [], operand: readOperand(value, scope) }
}

function simpleNode(content: string, scope: string[]): Node {
  const [, print] = forms.print.exec(content) ?? []
  if (print !== undefined) return { kind: 'print', operand: readOperand(print, scope) }
  const [, variable, colon, value] = forms.variable.exec(content) ?? []
  if (variable === undefined || value === undefined)
    throw new RangeError(`strings.render_template: {{${content}}} is not known here`)
  const kind = colon === undefined ? 'assign' : 'declare'
  scope.push(variable)
  return { kind, variable, operand: readOperand(value, scope) }
}

function readOperand(text: string, scope: readonly string[]): Operand {
  const [name = '', ...fields] = text === '.' ? [''] : text.split('.')
  if (name === '') return { fields }
  checkVariable(name, scope)
  return { variable: name, fields }
}

function checkVariable(name: string, scope: readonly string[]): void {
  if (!scope.includes(name)) throw new BuiltinError(`template: undefined variable "${name}"`)
}
