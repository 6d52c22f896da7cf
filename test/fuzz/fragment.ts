/**
 * Text with its structure, so that a shrinker knows what can go: rules and statements can be left out, an expression
 * can become one of those in it, or a constant.
 */
export interface Fragment {
  readonly kind: 'module' | 'rule' | 'statement' | 'expression'
  readonly parts: readonly (string | Fragment)[]
}

export function textOf({ parts }: Fragment): string {
  return parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('')
}

export function expression(...parts: Fragment['parts']): Fragment {
  return { kind: 'expression', parts }
}

export function statement(...parts: Fragment['parts']): Fragment {
  return { kind: 'statement', parts }
}

/** `a, b, c` */
export function list(items: readonly Fragment[], separator = ', '): Fragment['parts'] {
  return items.flatMap((item, at) => (at === 0 ? [item] : [separator, item]))
}

const nothing: Fragment = statement('')
const constants: readonly Fragment[] = ['null', '1', '"a"', '[]', 'input'].map((text) =>
  expression(text),
)

/** Every fragment that is one step simpler, the greatest steps first. */
export function* simplerFragments(fragment: Fragment): Generator<Fragment> {
  for (const [at, part] of fragment.parts.entries()) {
    if (typeof part === 'string') continue
    for (const other of replacementsOf(part)) yield withPart(fragment, at, other)
  }
  for (const [at, part] of fragment.parts.entries()) {
    if (typeof part === 'string') continue
    for (const simpler of simplerFragments(part)) yield withPart(fragment, at, simpler)
  }
}

function replacementsOf(part: Fragment): readonly Fragment[] {
  if (part.kind !== 'expression')
    return part.parts.length > 1 || part.parts[0] !== '' ? [nothing] : []
  const text = textOf(part)
  const within = part.parts.filter((inner) => typeof inner !== 'string')
  return [
    ...within.filter(({ kind }) => kind === 'expression'),
    ...constants.filter((each) => textOf(each).length < text.length),
  ]
}

function withPart(fragment: Fragment, at: number, part: Fragment): Fragment {
  return { ...fragment, parts: fragment.parts.with(at, part) }
}
