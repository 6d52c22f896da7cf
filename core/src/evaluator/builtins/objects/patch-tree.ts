import { isJsonNumber } from '../../../json/equal.ts'
import { spend } from '../../effort.ts'
import {
  entriesOf,
  isArrayValue,
  isEqual,
  isObjectValue,
  objectOf,
  RegoSet,
  setOf,
  type RegoObjectValue,
  type RegoValue,
} from '../../value.ts'
import { BuiltinError, parseInt64 } from '../operand.ts'

/** A value while it is patched. What is below it becomes a node when a path leads there. */
export type PatchNode = {
  readonly child: (key: RegoValue) => PatchNode
  readonly insert: (key: RegoValue, value: RegoValue) => void
  readonly remove: (key: RegoValue) => void
  readonly render: () => RegoValue
}

type Slot = { readonly value: RegoValue; node?: PatchNode }

export function createPatchNode(value: RegoValue): PatchNode {
  if (isObjectValue(value)) return createObjectNode(value)
  if (value instanceof RegoSet) return createSetNode(value)
  return isArrayValue(value) ? createArrayNode(value) : createLeaf(value)
}

function createObjectNode(object: RegoObjectValue): PatchNode {
  const members = entriesOf(object).map(([key, value]) => ({ key, slot: { value } as Slot }))

  function indexOf(key: RegoValue): number {
    spend(members.length)
    return members.findIndex((member) => isEqual(member.key, key))
  }

  return {
    child: (key) => open(members[indexOf(key)]?.slot ?? missing()),
    insert: (key, value) => {
      const at = indexOf(key)
      members.splice(at === -1 ? members.length : at, 1, { key, slot: { value } })
    },
    remove: (key) => {
      const at = indexOf(key)
      if (at === -1) missing()
      members.splice(at, 1)
    },
    render: () => objectOf(members.map(({ key, slot }) => [key, show(slot)])),
  }
}

/** An item of a set goes by its own value. */
function createSetNode({ items }: RegoSet): PatchNode {
  let slots: Slot[] = items.map((value) => ({ value }))

  function find(key: RegoValue): Slot | undefined {
    spend(slots.length)
    return slots.find((slot) => isEqual(show(slot), key))
  }

  return {
    child: (key) => open(find(key) ?? missing()),
    insert: (key, value) => {
      if (!isEqual(key, value)) throw new BuiltinError('set key does not equal value')
      if (!find(key)) slots.push({ value })
    },
    remove: (key) => {
      if (!find(key)) missing()
      slots = slots.filter((slot) => !isEqual(show(slot), key))
    },
    render: () => setOf(slots.map(show)),
  }
}

/**
 * A path through an item that no patch has led to before takes what stood at this place in the beginning, also
 * when items before it have come or gone since: so does OPA.
 */
function createArrayNode(original: readonly RegoValue[]): PatchNode {
  const slots: Slot[] = original.map((value) => ({ value }))

  return {
    child: (key) => {
      const at = indexFrom(key, slots.length)
      const { node } = slots[at] ?? missing()
      if (node) return node
      const value = original[at] ?? missing()
      refuseLoss(slots.slice(at + 1), ['up', 'down'])
      return open((slots[at] = { value }))
    },
    insert: (key, value) => {
      const at = indexFrom(key, slots.length)
      if (at < 0 || at > slots.length) missing()
      refuseLoss(slots.slice(at), ['up'])
      slots.splice(at, 0, { value, node: createPatchNode(value) })
    },
    remove: (key) => {
      const at = indexFrom(key, slots.length)
      if (at < 0 || at >= slots.length) missing()
      refuseLoss(slots.slice(at + 1), ['down'])
      slots.splice(at, 1)
    },
    render: () => slots.map(show),
  }
}

/**
 * OPA moves patched scalars first and then patched composites, which drop what has moved to their old places: it
 * crashes, then or later, where a scalar moves to the place of a composite.
 */
function refuseLoss(moving: readonly Slot[], directions: readonly ('up' | 'down')[]): void {
  spend(moving.length)
  const isLost = moving.some(({ node, value }, at) => {
    const targets = directions.map((direction) => moving[at + (direction === 'up' ? 1 : -1)])
    return (
      node && !isComposite(value) && targets.some((slot) => slot?.node && isComposite(slot.value))
    )
  })
  if (isLost) throw new RangeError('json.patch: OPA fails at such a mix of patched items')
}

function isComposite(value: RegoValue): boolean {
  return isObjectValue(value) || value instanceof RegoSet || isArrayValue(value)
}

function createLeaf(value: RegoValue): PatchNode {
  return { child: missing, insert: missing, remove: missing, render: () => value }
}

function open(slot: Slot): PatchNode {
  return (slot.node ??= createPatchNode(slot.value))
}

function show({ node, value }: Slot): RegoValue {
  return node ? node.render() : value
}

function indexFrom(key: RegoValue, length: number): number {
  if (key === '-') return length
  const hasLeadingZero = typeof key === 'string' && key !== '0' && key.startsWith('0')
  const text = typeof key === 'string' || isJsonNumber(key) ? String(key) : ''
  return Number(hasLeadingZero ? missing() : (parseInt64(text) ?? missing()))
}

function missing(): never {
  throw new BuiltinError('path does not exist')
}
