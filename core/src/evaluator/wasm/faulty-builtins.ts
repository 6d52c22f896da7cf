/**
 * What is known of a value when its policy is compiled: a text, or what kind of value is made there; an `object` is one
 * of whose keys two may be the same.
 */
export type Known =
  | { readonly text: string }
  | 'array'
  | 'integer'
  | 'number'
  | 'object'
  | undefined

/** Whether these operands are answered as OPA does. */
type Fit = (operands: readonly Known[]) => boolean

type Fault = { readonly reason: string; readonly names: string; readonly fit?: Fit }

/**
 * Builtins of OPA's wasm runtime (1.22) that do not answer all operands as OPA does, found by putting the same
 * operands to both and by reading `wasm/src` of OPA. docs/conformance.md has an example of each.
 */
const faults: readonly Fault[] = [
  {
    reason: 'computes and writes some numbers otherwise',
    names: 'abs ceil div floor minus mul plus product rem round sum',
  },
  {
    reason: 'does not take an integer in every way of writing it',
    names: 'bits.and bits.lsh bits.negate bits.or bits.rsh bits.xor format_int',
  },
  { reason: 'picks another one of equal numbers', names: 'intersection max min sort union' },
  { reason: 'shows the order of buckets', names: 'internal.template_string json.marshal' },
  {
    reason: 'takes what is no text of that kind',
    names: `base64.decode base64.is_valid base64url.decode json.is_valid json.unmarshal
      net.cidr_contains net.cidr_intersects net.cidr_overlap regex.is_valid to_number`,
  },
  { reason: 'reads beyond its memory', names: 'json.filter json.remove' },
  { reason: 'knows fewer letters', names: 'lower upper' },
  { reason: 'stops a wildcard at the end of a line', names: 'glob.match' },
  { reason: 'does not know the union of nothing', names: 'object.union_n' },
  {
    reason: 'shows the order of buckets',
    names: 'concat',
    fit: ([, texts]) => texts === 'array',
  },
  {
    reason: 'goes on for ever, or finds what is empty',
    names: 'indexof replace',
    fit: ([, sought]) => textOf(sought) !== '',
  },
  {
    reason: 'does not take an integer in every way of writing it',
    names: 'array.slice numbers.range substring',
    fit: (operands) => operands.slice(-2).every((operand) => operand === 'integer'),
  },
  {
    reason: 'has regular expressions of its own',
    names: 're_match regex.match',
    fit: ([pattern]) => isCommonPattern(textOf(pattern)),
  },
  {
    reason: 'has regular expressions of its own',
    names: 'regex.find_all_string_submatch_n',
    fit: ([pattern, , limit]) => isCommonPattern(textOf(pattern)) && limit === 'integer',
  },
]

const faultByName: ReadonlyMap<string, Fault> = new Map(
  faults.flatMap((fault) =>
    fault.names
      .trim()
      .split(/\s+/)
      .map((name) => [name, fault] as const),
  ),
)

/** What is wrong with a call; undefined where nothing is. */
export function faultOfCall(name: string, operands: readonly Known[]): string | undefined {
  const fault = faultByName.get(name)
  return !fault || fault.fit?.(operands) ? undefined : `${name} ${fault.reason}`
}

/** Whether a builtin's value is an array, whatever it is called with. */
export function makesArray(name: string): boolean {
  return arrayMakers.has(name)
}

const arrayMakers: ReadonlySet<string> = new Set([
  'array.concat',
  'array.flatten',
  'array.reverse',
  'array.slice',
  'numbers.range',
  'split',
])

/** Empty where nothing is known, which all that ask for a text here refuse. */
function textOf(operand: Known): string {
  return typeof operand === 'object' ? operand.text : ''
}

/** Classes of Unicode, groups with flags and names, `\B`, `\C` and NUL are read otherwise by the RE2 in C++. */
function isCommonPattern(pattern: string): boolean {
  return pattern !== '' && !/\\[BCpP]|\(\?(?!:)|\0/.test(pattern)
}
