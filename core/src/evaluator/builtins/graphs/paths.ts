import { spend } from '../../effort.ts'
import {
  getMember,
  isEqual,
  isObjectValue,
  itemsOf,
  setOf,
  type RegoObjectValue,
  type RegoSet,
  type RegoValue,
} from '../../value.ts'
import { BuiltinError } from '../operand.ts'

type Path = readonly RegoValue[]

/** There may be as many ways as there are subsets of the nodes. */
const pathCost = 200

/**
 * Each way from a start to where the graph ends, leads out of its nodes, or begins to repeat; a start that leads
 * to itself comes twice, as in OPA.
 */
export function reachablePaths([graph, starts]: readonly RegoValue[]): RegoSet {
  const initial = itemsOf(starts)
  if (!isObjectValue(graph) || !initial)
    throw new BuiltinError('operands must be an object, and an array or set')
  return setOf(initial.flatMap((start) => pathsFrom(graph, start, [])))
}

function pathsFrom(graph: RegoObjectValue, node: RegoValue, before: Path): Path[] {
  const edges = getMember(graph, node)
  if (edges === undefined) return before.length === 0 ? [] : [before]
  const path = [...before, node]
  spend(pathCost + path.length)
  const neighbors = itemsOf(edges) ?? []
  if (neighbors.length === 0) return [path]
  return neighbors.flatMap((neighbor) => {
    const repeats = before.length > 0 && path.some((visited) => isEqual(visited, neighbor))
    return repeats ? [path] : pathsFrom(graph, neighbor, path)
  })
}
