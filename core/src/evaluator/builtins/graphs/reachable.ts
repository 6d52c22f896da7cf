import { getMember, isObjectValue, itemsOf, RegoSet, type RegoValue } from '../../value.ts'
import { BuiltinError } from '../operand.ts'

/** The nodes of the graph that edges lead to from the starts, which count themselves. */
export function reachable([graph, starts]: readonly RegoValue[]): RegoSet {
  const initial = itemsOf(starts)
  if (!isObjectValue(graph) || !initial)
    throw new BuiltinError('operands must be an object, and an array or set')
  const reached = new RegoSet()
  const queue = [...initial]
  for (const node of queue) {
    const edges = getMember(graph, node)
    if (edges === undefined || reached.has(node)) continue
    reached.add(node)
    for (const neighbor of itemsOf(edges) ?? []) if (!reached.has(neighbor)) queue.push(neighbor)
  }
  return reached
}
