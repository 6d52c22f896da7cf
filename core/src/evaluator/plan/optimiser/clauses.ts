import type { Body, Constant, Statement } from '../program.ts'
import type { Draft } from './functions.ts'
import { isNode, mapStatement } from './tree.ts'
import { usesOf } from './uses.ts'

/**
 * A rule's body sets a slot of its own, which a second block hands on as the result: here it sets the result itself.
 * When all bodies give one constant, whichever is first to do so ends the function, as it does in OPA.
 */
export function joinClauses(draft: Draft): Draft {
  const blocks: Body[] = []
  for (let at = 0; at < draft.blocks.length; at++) {
    const [block = [], next = []] = draft.blocks.slice(at, at + 2)
    const joined = joinWith(block, next, draft.result)
    blocks.push(joined ?? block)
    if (joined) at++
  }
  return { ...draft, blocks: exitEarly(blocks, draft.result) }
}

/** `{clear s; …; once s value}` before `{defined s; once result s}`. */
function joinWith(block: Body, next: Body, result: number): Body | undefined {
  const [first, ...rest] = block
  const slot = handedOn(next, result)
  if (slot === undefined || first?.[0] !== 'clear' || first[1] !== slot) return undefined
  return isOnlySetOnce(rest, slot) ? rename(rest, slot, result) : undefined
}

function isOnlySetOnce(body: Body, slot: number): boolean {
  const { writes, reads, changes } = usesOf([body])
  const times = resultsIn(body, slot).length
  return writes(slot) === times && reads(slot) === times && changes(slot) === 0
}

function handedOn(block: Body, result: number): number | undefined {
  const [defined, once] = block
  if (block.length !== 2 || defined?.[0] !== 'defined' || once?.[0] !== 'once') return undefined
  if (once[1] !== result || !isNode(once[2]) || once[2][0] !== 'local') return undefined
  return JSON.stringify(defined[1]) === JSON.stringify(once[2]) ? once[2][1] : undefined
}

function rename(body: Body, from: number, to: number): Body {
  return body.map((statement) =>
    mapStatement(statement, {
      body: (inner) => rename(inner, from, to),
      slot: (slot) => (slot === from ? to : slot),
    }),
  )
}

function exitEarly(blocks: readonly Body[], result: number): readonly Body[] {
  const values = blocks
    .filter((block) => !isDefault(block, result))
    .flatMap((block) => resultsIn(block, result))
  const [value] = values
  if (value === undefined || values.some((other) => other !== value)) return blocks
  return blocks.map((block) => (isDefault(block, result) ? block : withExits(block, result, value)))
}

function isDefault([first]: Body, result: number): boolean {
  return (
    first?.[0] === 'undefined' &&
    isNode(first[1]) &&
    first[1][0] === 'local' &&
    first[1][1] === result
  )
}

/** What a block may set as the result; undefined for what is no constant. */
function resultsIn(body: Body, result: number): (Constant | undefined)[] {
  const found: (Constant | undefined)[] = []
  const visit = (statement: Statement): void => {
    mapStatement(statement, {
      body: (inner) => (inner.forEach(visit), inner),
      slot: (slot) => {
        if (slot === result) found.push(constantSet(statement))
        return slot
      },
    })
  }
  body.forEach(visit)
  return found
}

function constantSet(statement: Statement): Constant | undefined {
  return statement[0] === 'once' && !isNode(statement[2]) ? statement[2] : undefined
}

function withExits(body: Body, result: number, value: Constant): Body {
  return body.map((statement) =>
    statement[0] === 'once' && statement[1] === result
      ? ['exit', result, value]
      : mapStatement(statement, { body: (inner) => withExits(inner, result, value) }),
  )
}
