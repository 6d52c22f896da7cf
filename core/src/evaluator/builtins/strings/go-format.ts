import { formatArgument, typeName, type Argument, type Flags } from './go-verbs.ts'

/**
 * `fmt.Sprintf` of Go for integers, floats and strings, down to its words for mistakes: `%!d(string=x)`.
 * Widths taken from arguments by their number (`%[2]*d`) are refused with an error.
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

const directive = /([-+# 0]*)(\[[^\]]*\]|\[)?(\d+|\*)?(?:\.(?=.)(\*|\d*))?(\[[^\]]*\]|\[)?/sy
/** To Go, a larger value is no width; a written one may have a digit more. */
const largest = 1_000_000

function readDirective(reader: Reader): string {
  directive.lastIndex = reader.at
  const [all = '', marks = '', before, width, precision, after] =
    directive.exec(reader.format) ?? []
  reader.at += all.length
  const index = before ?? after
  reader.reordered ||= index !== undefined
  if (index !== undefined && (width === '*' || precision === '*'))
    throw new RangeError('sprintf takes no width from a numbered value here')
  const [widthSize, precisionSize] = [takeSize(reader, width), takeSize(reader, precision)]
  const flags = createFlags(marks, widthSize, precisionSize)
  const isSized = width !== undefined || precision !== undefined
  const mistakes =
    (Number.isNaN(widthSize) ? '%!(BADWIDTH)' : '') +
    (precisionSize !== undefined && !(precisionSize >= 0) ? '%!(BADPREC)' : '')
  return mistakes + readVerb(reader, { index, isNumbered: before !== undefined && isSized, flags })
}

/** A width or precision as it is written, or for `*` the next value; `NaN` if that is not one. */
function takeSize(reader: Reader, written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  if (written !== '*') return Number(written)
  const value = reader.values[reader.next]
  if (value !== undefined) reader.next++
  const isSize = typeof value === 'bigint' && Math.abs(Number(value)) <= largest
  return isSize ? Number(value) : NaN
}

function readVerb(
  reader: Reader,
  { index, isNumbered, flags }: { index: string | undefined; isNumbered: boolean; flags: Flags },
): string {
  const verb = String.fromCodePoint(reader.format.codePointAt(reader.at) ?? 0)
  const isTooLarge = Math.max(flags.width, flags.precision ?? 0) / 10 >= largest + 1
  if (isTooLarge) reader.at = reader.format.length
  if (reader.at >= reader.format.length) return '%!(NOVERB)'
  reader.at += verb.length
  const isGoodIndex = takeIndex(reader, index) && !isNumbered
  if (verb === '%') return '%'
  if (!isGoodIndex) return `%!${verb}(BADINDEX)`
  const value = reader.values[reader.next]
  if (value === undefined) return `%!${verb}(MISSING)`
  reader.next++
  return formatArgument(value, verb, flags)
}

/** A negative width is one from the left; a precision that is none counts as not given. */
function createFlags(marks: string, width: number = 0, precision: number = NaN): Flags {
  return {
    minus: marks.includes('-') || width < 0,
    plus: marks.includes('+'),
    sharp: marks.includes('#'),
    space: marks.includes(' '),
    zero: marks.includes('0') && !(width < 0),
    width: Math.abs(width) || 0,
    precision: precision >= 0 ? precision : undefined,
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
