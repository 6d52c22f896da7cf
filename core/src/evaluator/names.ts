import type { Engine } from './evaluator.ts'

/** Names of a compile unit, slash paths below `data`: `http/example/authz/allow`. */
export type UnitNames = {
  readonly entrypoints: readonly string[]
  readonly packages: readonly string[]
  readonly functions: readonly string[]
  readonly engine: Engine
}

/** A place in the tree of everything the units name. */
export interface NameNode {
  readonly name: string
  readonly kind: 'rule' | 'package' | 'function' | 'parent'
  /** Answers it when it is an entrypoint. */
  readonly engine: Engine | undefined
  /** Whether several units have names here or below. */
  readonly isShared: boolean
  /** By their segments. Made when they are first asked for: hundreds of units are there at once, and few are asked. */
  children(): ReadonlyMap<string, NameNode>
}

/** What a unit calls a place; `rest` is the way there from the node that looks at it, undefined where it is that node. */
interface Mention {
  readonly rest: string | undefined
  readonly kind: NameNode['kind']
  readonly engine: Engine
}

export function createNameTree(units: readonly UnitNames[]): NameNode {
  return createNode('', units.flatMap(mentionsIn))
}

/** A package that is a rule, too, is a package with an engine. */
function mentionsIn({ entrypoints, functions, packages, engine }: UnitNames): readonly Mention[] {
  const all = (names: readonly string[], kind: Mention['kind']): readonly Mention[] =>
    names.map((rest) => ({ rest, kind, engine }))
  return [...all(entrypoints, 'rule'), ...all(functions, 'function'), ...all(packages, 'package')]
}

function createNode(name: string, mentions: readonly Mention[]): NameNode {
  const here = mentions.filter(({ rest }) => rest === undefined)
  let made: ReadonlyMap<string, NameNode> | undefined
  return {
    name,
    kind: here.at(-1)?.kind ?? 'parent',
    engine: here.findLast(({ kind }) => kind === 'rule')?.engine,
    isShared: mentions.some(({ engine }) => engine !== mentions[0]?.engine),
    children: () => (made ??= childrenOf(name, mentions)),
  }
}

function childrenOf(name: string, mentions: readonly Mention[]): ReadonlyMap<string, NameNode> {
  const below = new Map<string, Mention[]>()
  for (const { rest, kind, engine } of mentions) {
    if (rest === undefined) continue
    const [segment = ''] = rest.split('/', 1)
    const isThere = segment.length === rest.length
    const mention = { rest: isThere ? undefined : rest.slice(segment.length + 1), kind, engine }
    const named = below.get(segment)
    if (named) named.push(mention)
    else below.set(segment, [mention])
  }
  const nameOf = (segment: string): string => (name === '' ? segment : `${name}/${segment}`)
  return new Map(
    [...below].map(([segment, named]) => [segment, createNode(nameOf(segment), named)]),
  )
}
