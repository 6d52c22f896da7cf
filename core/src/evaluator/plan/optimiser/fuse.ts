import type { Body, Expression, Statement } from '../program.ts'
import { both, effectsOf, lookOf, noEffects, operandsOf, type Effects } from './effects.ts'
import { isNode, mapExpression, mapStatement, partsOf } from './tree.ts'
import type { Uses } from './uses.ts'

/**
 * What is set once and read once moves to where it is read, as far as nobody can tell: what may raise an error stays
 * behind what may fail before it, and the other way round.
 */
export function fuse(list: Body, uses: Uses): Body {
  const body = list.map((each) => mapStatement(each, { body: (inner) => fuse(inner, uses) }))
  for (let at = body.length - 2; at >= 0; at--) {
    const statement = body[at]
    if (statement?.[0] !== 'let') continue
    const [, slot, value] = statement
    if (uses.writes(slot) !== 1 || uses.reads(slot) !== 1 || !isSteady(value, uses)) continue
    const place = placeOf(body, at + 1, { slot, effects: effectsOf(value) })
    const reader = place === undefined ? undefined : body[place]
    if (place === undefined || reader === undefined) continue
    body[place] = replaceRead(reader, slot, value)
    body.splice(at, 1)
  }
  return body
}

/** Whether it reads no slot that is set more than once. */
function isSteady(expression: Expression, uses: Uses): boolean {
  if (!isNode(expression)) return true
  if (expression[0] === 'local') return uses.writes(expression[1]) <= 1
  return partsOf(expression).every((part) => isSteady(part, uses))
}

type Moved = { readonly slot: number; readonly effects: Effects }

/** Where the slot is read, if its value may go there. */
function placeOf(body: Body, start: number, moved: Moved): number | undefined {
  for (let at = start; at < body.length; at++) {
    const statement = body[at]
    if (!statement) return undefined
    const before = effectsBefore(operandsOf(statement), moved.slot)
    if (before) return mayPass(moved.effects, before) && takesValue(statement) ? at : undefined
    const effects = lookOf(statement)
    if (!effects || !mayPass(moved.effects, effects)) return undefined
  }
  return undefined
}

function mayPass(moved: Effects, passed: Effects): boolean {
  if (moved.raises) return !passed.fails && !passed.raises
  return !moved.fails || !passed.raises
}

/** Whether it fails when its operand is undefined, as setting the slot would have. */
function takesValue([name]: Statement): boolean {
  return name !== 'undefined' && name !== 'dynamic'
}

/** What is evaluated before the slot is read; undefined when it is not read here. */
function effectsBefore(operands: readonly Expression[], slot: number): Effects | undefined {
  let effects = noEffects
  for (const operand of operands) {
    const inside = effectsInside(operand, slot)
    if (inside) return both(effects, inside)
    effects = both(effects, effectsOf(operand))
  }
  return undefined
}

function effectsInside(expression: Expression, slot: number): Effects | undefined {
  if (!isNode(expression)) return undefined
  if (expression[0] === 'local') return expression[1] === slot ? noEffects : undefined
  return effectsBefore(partsOf(expression), slot)
}

function replaceRead(statement: Statement, slot: number, value: Expression): Statement {
  const expression = (part: Expression): Expression =>
    isNode(part) && part[0] === 'local' && part[1] === slot
      ? value
      : mapExpression(part, expression)
  const replaced = mapStatement(statement, { expression })
  return replaced[0] === 'copy' ? ['let', replaced[1], replaced[2]] : replaced
}
