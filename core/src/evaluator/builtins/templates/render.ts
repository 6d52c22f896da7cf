import { isJsonNumber } from '../../../json/equal.ts'
import { spend } from '../../effort.ts'
import { entriesOf, getMember, isArrayValue, isObjectValue, type RegoValue } from '../../value.ts'
import { BuiltinError } from '../operand.ts'
import type { Control, Node, Operand } from './parse.ts'

/** A place in an array: other than numbers, which are text to Go's templates, it counts as false if it is zero. */
class Index {
  readonly place: number

  constructor(place: number) {
    this.place = place
  }
}

/** `undefined` is what is not there. */
type Value = RegoValue | Index | undefined
type Variable = { readonly name: string; value: Value }
type Scope = { readonly dot: Value; readonly variables: Variable[] }

/** Loops of a template multiply. */
const nodeCost = 50

/** As Go's `text/template`. */
export function render(nodes: readonly Node[], data: RegoValue): string {
  return renderList(nodes, { dot: data, variables: [{ name: '$', value: data }] })
}

/** Variables that it declares are gone behind it. */
function renderList(nodes: readonly Node[], { dot, variables }: Scope): string {
  const inner = { dot, variables: [...variables] }
  return nodes.map((node) => renderNode(node, inner)).join('')
}

function renderNode(node: Node, scope: Scope): string {
  spend(nodeCost)
  if (node.kind === 'text') return node.text
  const value = evaluate(node.operand, scope)
  switch (node.kind) {
    case 'print':
      return value === undefined ? '<no value>' : print(value)
    case 'declare':
      scope.variables.push({ name: node.variable, value })
      return ''
    case 'assign':
      variableOf(node.variable, scope).value = value
      return ''
    case 'range':
      return renderRange(node, value, scope)
    case 'with':
      return isTrue(value)
        ? renderList(node.body, { ...scope, dot: value })
        : renderList(node.otherwise, scope)
    case 'if':
      return renderList(isTrue(value) ? node.body : node.otherwise, scope)
  }
}

/** Without items, the variables are the whole. */
function renderRange({ variables, body, otherwise }: Control, value: Value, scope: Scope): string {
  const items = itemsOf(value)
  const bind = (index: Value, item: Value): Variable[] => {
    const values = variables.length === 1 ? [item] : [index, item]
    return variables.map((name, at) => ({ name, value: values[at] }))
  }
  if (items.length === 0)
    return renderList(otherwise, {
      ...scope,
      variables: [...scope.variables, ...bind(value, value)],
    })
  return items
    .map(([index, item]) =>
      renderList(body, { dot: item, variables: [...scope.variables, ...bind(index, item)] }),
    )
    .join('')
}

function itemsOf(value: Value): readonly (readonly [Value, RegoValue])[] {
  if (value === undefined) return []
  if (!(value instanceof Index)) {
    if (isArrayValue(value)) return value.map((item, at) => [new Index(at), item])
    if (isObjectValue(value)) return entriesOf(value)
  }
  throw new BuiltinError('template: range cannot iterate over this')
}

/** Null counts as what is not there, but has no fields. */
function evaluate({ variable, fields }: Operand, scope: Scope): Value {
  const start = variable === undefined ? scope.dot : variableOf(variable, scope).value
  return fields.reduce(fieldOf, start) ?? undefined
}

function variableOf(name: string, { variables }: Scope): Variable {
  const found = variables.findLast((variable) => variable.name === name)
  if (!found) throw new BuiltinError(`template: undefined variable: ${name}`)
  return found
}

function fieldOf(value: Value, name: string): Value {
  if (value === undefined) return undefined
  if (value instanceof Index || !isObjectValue(value))
    throw new BuiltinError(`template: cannot evaluate field ${name}`)
  return getMember(value, name)
}

function isTrue(value: Value): boolean {
  if (value === undefined) return false
  if (value instanceof Index) return value.place !== 0
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value !== ''
  return isJsonNumber(value) || itemsOf(value).length > 0
}

function print(value: Value): string {
  if (value instanceof Index) return String(value.place)
  if (value === null) return '<nil>'
  if (isArrayValue(value)) return `[${value.map(print).join(' ')}]`
  if (typeof value !== 'object' || isJsonNumber(value)) return String(value)
  // Sets are refused before anything is rendered.
  if (!isObjectValue(value)) return ''
  return `map[${entriesOf(value)
    .map(([key, item]) => `${print(key)}:${print(item)}`)
    .join(' ')}]`
}
