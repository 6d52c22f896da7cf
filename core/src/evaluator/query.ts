import { copyJson } from '../json/copy.ts'
import { isJsonArray, isJsonObject } from '../json/equal.ts'
import type { Json } from '../json/json.ts'
import { setMember } from '../json/member.ts'
import type { JsonSource } from '../json/source.ts'
import type { Engine } from './evaluator.ts'
import { createNameTree, type NameNode, type UnitNames } from './names.ts'

export type PolicyEvaluatorOptions = {
  readonly units: readonly UnitNames[]
  /** The base document, as a value or as a function that reads the one in force. */
  readonly document: Json | (() => Json)
}

export interface PolicyEvaluator {
  /**
   * The value at a path below `data`: a rule, a value inside a rule's value, a package, a parent of packages,
   * a base document, or everything. `undefined` when there is none, and for functions.
   */
  answer(path: readonly string[], input: JsonSource | undefined): Json | undefined
}

/** Answers over all units as if they were one policy. A rule that is an entrypoint costs one look-up. */
export function createPolicyEvaluator({
  units,
  document,
}: PolicyEvaluatorOptions): PolicyEvaluator {
  const root = createNameTree(units)
  const rules = new Map<string, Rule>()
  const readDocument = typeof document === 'function' ? document : () => document

  return {
    answer(path, input) {
      const name = path.join('/')
      const rule = rules.get(name)
      if (rule?.depth === path.length) return rule.engine.evaluate(name, input)
      const engine = engineOfRule(nodeAt(root, path))
      if (engine) rules.set(name, { engine, depth: path.length })
      return answerAt(root, path, { input, base: readDocument })
    },
  }
}

type Question = { readonly input: JsonSource | undefined; readonly base: () => Json }

/** `depth` tells `a/b` from the single segment `a%2Fb`. */
type Rule = { readonly engine: Engine; readonly depth: number }

/** Units whose rules have values in each other's were compiled together: one of them knows all there is to a rule. */
function engineOfRule(node: NameNode | undefined): Engine | undefined {
  return node?.kind === 'rule' ? node.engine : undefined
}

function nodeAt(root: NameNode, path: readonly string[]): NameNode | undefined {
  return path.reduce<NameNode | undefined>((node, segment) => node?.children().get(segment), root)
}

function answerAt(root: NameNode, path: readonly string[], question: Question): Json | undefined {
  const { node, rule, inside } = placeAt(root, path)
  if (rule?.kind === 'function') return undefined
  if (rule) return engineOfRule(rule)?.evaluate(rule.name, question.input, inside)
  return merge(node && valueOf(node, question.input), baseAt(path, question))
}

/**
 * `rule`, or function, is the one there, or the nearest above where no package is between: with `a[x]` beside `a.b.c`,
 * what is at `a.b` is `inside` of `a`.
 */
type Place = {
  readonly node: NameNode | undefined
  readonly rule: NameNode | undefined
  readonly inside: readonly string[]
}

function placeAt(root: NameNode, path: readonly string[]): Place {
  let node: NameNode | undefined = root
  let rule: NameNode | undefined
  let inside = path
  for (const [depth, segment] of path.entries()) {
    node = node?.children().get(segment)
    if (node?.kind === 'package') rule = undefined
    if (node?.kind !== 'rule' && node?.kind !== 'function') continue
    rule = node
    inside = path.slice(depth + 1)
  }
  return { node, rule, inside }
}

/** A copy: the document itself is patched where it lies, and its owner's. */
function baseAt(path: readonly string[], { base }: Question): Json | undefined {
  const value = walk(base(), path)
  return value === undefined ? undefined : copyJson(value)
}

/** What the units say at a node, without the base document. */
function valueOf(node: NameNode, input: JsonSource | undefined): Json | undefined {
  if (node.kind === 'function') return undefined
  const own = node.engine?.evaluate(node.name, input)
  const isWhole = node.kind === 'rule' || !node.isShared
  if (node.engine && (isWhole || !isJsonObject(own))) return own
  const members: Record<string, Json> = isJsonObject(own) ? { ...own } : {}
  for (const [segment, child] of node.children()) {
    const value = valueOf(child, input)
    if (value !== undefined) setMember(members, segment, value)
  }
  return members
}

/** Rules lie over the base document, as in OPA. */
function merge(over: Json | undefined, under: Json | undefined): Json | undefined {
  if (over === undefined) return under
  if (!isJsonObject(over) || !isJsonObject(under)) return over
  const members: Record<string, Json> = { ...under }
  for (const [key, value] of Object.entries(over)) {
    setMember(
      members,
      key,
      merge(value, Object.hasOwn(under, key) ? under[key] : undefined) ?? value,
    )
  }
  return members
}

function walk(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((current, segment) => {
    if (isJsonObject(current)) return Object.hasOwn(current, segment) ? current[segment] : undefined
    if (isJsonArray(current) && /^(?:0|[1-9]\d*)$/.test(segment)) return current[Number(segment)]
    return undefined
  }, value)
}
