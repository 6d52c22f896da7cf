import type { Engine } from './evaluator.ts'

/** Names of a compile unit, slash paths below `data`: `http/example/authz/allow`. */
export type UnitNames = {
  readonly entrypoints: readonly string[]
  readonly packages: readonly string[]
  readonly functions: readonly string[]
  readonly engine: Engine
}

/** A place in the tree of everything the units name; `engine` answers it when it is an entrypoint. */
export type NameNode = {
  readonly name: string
  readonly children: Map<string, NameNode>
  /** The units that have names here or below. */
  readonly engines: Set<Engine>
  kind: 'rule' | 'package' | 'function' | 'parent'
  engine?: Engine
}

export function createNameTree(units: readonly UnitNames[]): NameNode {
  const root = createNode('')
  for (const { entrypoints, packages, functions, engine } of units) {
    for (const name of entrypoints)
      Object.assign(place(root, name, engine), { kind: 'rule', engine })
    for (const name of functions) place(root, name, engine).kind = 'function'
    for (const name of packages) place(root, name, engine).kind = 'package'
  }
  return root
}

function createNode(name: string): NameNode {
  return { name, children: new Map(), engines: new Set(), kind: 'parent' }
}

function place(root: NameNode, name: string, engine: Engine): NameNode {
  let node = root
  node.engines.add(engine)
  for (const segment of name.split('/')) {
    node = childOf(node, segment)
    node.engines.add(engine)
  }
  return node
}

function childOf(node: NameNode, segment: string): NameNode {
  const known = node.children.get(segment)
  if (known) return known
  const child = createNode(node.name === '' ? segment : `${node.name}/${segment}`)
  node.children.set(segment, child)
  return child
}
