import { BuiltinError } from '../operand.ts'

/** First and last character. */
type Range = readonly [number, number]

/** A character, a dot, or a set, and how often it comes; sets are without overlaps and in order. */
type Token = {
  readonly kind: 'character' | 'dot' | 'set'
  readonly ranges: readonly Range[]
  readonly flag: '' | '+' | '*'
}

type Glob = readonly Token[]

/**
 * Whether there is a text that two globs match, as yashtewari/glob-intersection finds it (which is not each time):
 * `.`, `[a-z]`, `\.`, each of them also with `+` or `*`.
 */
export function intersects(left: string, right: string): boolean {
  const [globs, others] = trim(simplify(parseGlob(left)), simplify(parseGlob(right))) ?? []
  if (!globs || !others) return false
  const [first, second] = [globs, others].map((glob, side) =>
    glob.map((token, at) => ({ ...token, place: at + side * globs.length })),
  )
  return createSearch()(first ?? [], second ?? [])
}

const parts = /(\.)|\[((?:\\[^]|[^\\\]])*)\]|(?:\\([^])|([^\\.[\]+*]))/uy
const flags = /[+*]?/y

function parseGlob(text: string): Glob {
  const tokens: Token[] = []
  for (let at = 0; at < text.length;) {
    parts.lastIndex = at
    const [all, dot, set, escaped, plain] = parts.exec(text) ?? []
    if (all === undefined) throw new BuiltinError('the input provided is invalid')
    flags.lastIndex = at + all.length
    const flag = (flags.exec(text)?.[0] ?? '') as Token['flag']
    if (dot) tokens.push({ kind: 'dot', ranges: [], flag })
    else if (set !== undefined) tokens.push({ kind: 'set', ranges: parseSet(set), flag })
    else tokens.push({ kind: 'character', ranges: [rangeOf(escaped ?? plain ?? '')], flag })
    at += all.length + flag.length
  }
  return tokens
}

const members = /(\\[^]|[^-\\])(?:-(\\[^]|[^-\\]))?/uy

function parseSet(text: string): readonly Range[] {
  const ranges: Range[] = []
  for (let at = 0; at < text.length;) {
    members.lastIndex = at
    const [all = '', from = '', to = from] = members.exec(text) ?? []
    const range: Range = [codeOf(from), codeOf(to)]
    if (all === '' || range[1] < range[0]) throw new BuiltinError('the input provided is invalid')
    ranges.push(range)
    at += all.length
  }
  return merge(ranges)
}

function codeOf(member: string): number {
  return member.replace(/^\\(?=[^])/, '').codePointAt(0) ?? 0
}

function rangeOf(character: string): Range {
  const code = character.codePointAt(0) ?? 0
  return [code, code]
}

function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: [number, number][] = []
  for (const [from, to] of ranges.toSorted(([left], [right]) => left - right)) {
    const last = merged.at(-1)
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** Of neighbours that are the same and both have a flag, one is enough. */
function simplify(glob: Glob): Glob {
  const simple: Token[] = []
  for (const token of glob) {
    const last = simple.at(-1)
    if (last?.flag && token.flag && isSame(last, token))
      simple.splice(-1, 1, { ...last, flag: last.flag === '+' ? '+' : token.flag })
    else simple.push(token)
  }
  return simple
}

function isSame(left: Token, right: Token): boolean {
  return left.kind === right.kind && String(left.ranges) === String(right.ranges)
}

/** Without the plain tokens at both ends that match, but one; undefined where they do not. */
function trim(left: Glob, right: Glob): [Glob, Glob] | undefined {
  let start = 0
  for (; isPlain(left[start]) && isPlain(right[start]); start++)
    if (!meets(left[start], right[start])) return undefined
  start = Math.max(start - 1, 0)
  let [end, other] = [left.length - 1, right.length - 1]
  for (; end >= start && other >= start; end--, other--) {
    if (!isPlain(left[end]) || !isPlain(right[other])) break
    if (!meets(left[end], right[other])) return undefined
  }
  const kept = end < left.length - 1 ? 2 : 1
  return [left.slice(start, end + kept), right.slice(start, other + kept)]
}

function isPlain(token: Token | undefined): boolean {
  return token?.flag === ''
}

function meets(left: Token | undefined, right: Token | undefined): boolean {
  if (!left || !right) return false
  if (left.kind === 'dot' || right.kind === 'dot') return true
  return left.ranges.some(([from, to]) =>
    right.ranges.some(([start, end]) => from <= end && start <= to),
  )
}

/** A token, and where: no two of both globs are in one place. */
type Placed = Token & { readonly place: number }

/** Remembers what it has tried: the library tries again, and takes twice as long with each flag. */
function createSearch(): (left: readonly Placed[], right: readonly Placed[]) => boolean {
  const known = new Map<string, boolean>()

  function normal(left: readonly Placed[], right: readonly Placed[]): boolean {
    const key = `${left[0]?.place} ${right[0]?.place}`
    const found = known.get(key) ?? search(left, right)
    known.set(key, found)
    return found
  }

  function search(left: readonly Placed[], right: readonly Placed[]): boolean {
    const shared = Math.min(left.length, right.length)
    for (let at = 0; at < shared; at++) {
      if (!isPlain(left[at]) || !isPlain(right[at])) return special(left.slice(at), right.slice(at))
      if (!meets(left[at], right[at])) return false
    }
    return left.length === right.length
  }

  function special(left: readonly Placed[], right: readonly Placed[]): boolean {
    const [flagged, other] = isPlain(left[0]) ? [right, left] : [left, right]
    return flagged[0]?.flag === '+' ? plus(flagged, other) : star(flagged, other)
  }

  function plus(flagged: readonly Placed[], other: readonly Placed[]): boolean {
    if (!meets(flagged[0], other[0])) return false
    if (star(flagged, other.slice(1))) return true
    return !isPlain(other[0]) && normal(flagged.slice(1), other)
  }

  function star([repeated, ...rest]: readonly Placed[], other: readonly Placed[]): boolean {
    for (const [at, token] of other.entries()) {
      if (meets(token, rest[0]) && normal(rest, other.slice(at))) return true
      if (!meets(token, repeated)) return false
    }
    return rest.length === 0
  }

  return normal
}
