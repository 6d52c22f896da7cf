import { formatArgument, typeName, type Argument, type Flags } from './go-verbs.ts'

/**
 * `fmt.Sprintf` of Go for integers, floats and strings, down to its words for mistakes: `%!d(string=x)`.
 * Widths taken from the arguments (`%*d`) are refused with an error.
 */
export function goFormat(format: string, values: readonly Argument[]): string {
  const reader: Reader = { format, values, at: 0, next: 0, reordered: false }
  let text = ''
  while (reader.at < format.length) {
    const percent = format.indexOf('%', reader.at)
    if (percent === -1) return text + format.slice(reader.at) + extraValues(reader)
    text += format.slice(reader.at, percent)
    reader.at = percent + 1
    text += readDirective(reader)
  }
  return text + extraValues(reader)
}

type Reader = {
  readonly format: string
  readonly values: readonly Argument[]
  at: number
  next: number
  reordered: boolean
}

const directive = /([-+# 0]*)(\[[^\]]*\]|\[)?(\d+)?(?:\.(?=.)(\d*))?(\[[^\]]*\]|\[)?/sy
/** To Go, larger widths and precisions are mistakes. */
const largest = 1_000_000

function readDirective(reader: Reader): string {
  directive.lastIndex = reader.at
  const [all = '', marks = '', before, width, precision, after] =
    directive.exec(reader.format) ?? []
  reader.at += all.length
  const verb = String.fromCodePoint(reader.format.codePointAt(reader.at) ?? 0)
  const isTooLarge = Math.max(Number(width ?? 0), Number(precision ?? 0)) > largest
  if (isTooLarge) reader.at = reader.format.length
  reader.reordered ||= (before ?? after) !== undefined
  if (reader.at >= reader.format.length) return '%!(NOVERB)'
  if (verb === '*') throw new RangeError('sprintf takes no width from its values here')
  reader.at += verb.length
  const isSized = width !== undefined || precision !== undefined
  const isGoodIndex = takeIndex(reader, before ?? after) && !(before !== undefined && isSized)
  if (verb === '%') return '%'
  if (!isGoodIndex) return `%!${verb}(BADINDEX)`
  const value = reader.values[reader.next]
  if (value === undefined) return `%!${verb}(MISSING)`
  reader.next++
  return formatArgument(value, verb, createFlags(marks, width, precision))
}

function createFlags(marks: string, width?: string, precision?: string): Flags {
  return {
    minus: marks.includes('-'),
    plus: marks.includes('+'),
    sharp: marks.includes('#'),
    space: marks.includes(' '),
    zero: marks.includes('0'),
    width: Number(width ?? 0),
    precision: precision === undefined ? undefined : Number(precision),
  }
}

/** Moves to the value named by `[n]`; false when there is none. */
function takeIndex(reader: Reader, index: string | undefined): boolean {
  if (index === undefined) return true
  const wanted = /^\[(\d+)\]$/.exec(index)?.[1]
  if (wanted === undefined || Number(wanted) < 1 || Number(wanted) > reader.values.length)
    return false
  reader.next = Number(wanted) - 1
  return true
}

/** Values nobody asked for are shown, unless the format picked its values by index. */
function extraValues({ values, next, reordered }: Reader): string {
  if (reordered || next >= values.length) return ''
  const shown = values
    .slice(next)
    .map((value) => `${typeName(value)}=${formatArgument(value, 'v', createFlags(''))}`)
  return `%!(EXTRA ${shown.join(', ')})`
}
