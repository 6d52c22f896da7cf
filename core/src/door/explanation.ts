/**
 * A rule that was evaluated, or a body within one (a comprehension's, one of `every`), which has no name. Rules that
 * do not apply are there, too, up to the first one that holds if there can be no other.
 */
export interface Entered {
  /** `data.role.allow` */
  readonly rule?: string
  readonly default?: boolean
  readonly file: string
  readonly row: number
  readonly column: number
  readonly held: boolean
  /** What it made last, as Rego. */
  readonly value?: string
  readonly steps: readonly Step[]
  /** Rules that its head needed. */
  readonly entered?: readonly Entered[]
  /** How many of them are left out. */
  readonly more?: number
}

/** An expression as it is written, or the part of one that was undefined. */
export interface Step {
  readonly text: string
  readonly row: number
  readonly column: number
  readonly held: boolean
  /** How often; absent: once. */
  readonly tried?: number
  /** What it saw, as Rego: values of variables, of parts, and of the input. Long ones are cut. */
  readonly bindings?: Readonly<Record<string, string>>
  readonly entered?: readonly Entered[]
  readonly more?: number
}

/** What was kept of an explanation. */
interface Told {
  readonly trace: readonly Entered[]
  /** There was more to it. */
  readonly truncated: boolean
}

/** Rules and their expressions, each below what tried it. */
export function explanationText({ trace, truncated }: Told): string {
  const lines = [
    ...trace.flatMap(linesOfRule),
    ...(truncated ? ['and more that was not kept'] : []),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function linesOfRule(rule: Entered): readonly string[] {
  const { file, row, rule: name = 'body', value, held, steps, entered = [], more = 0 } = rule
  const kind = rule.default ? 'default ' : ''
  const outcome = held ? `held${value === undefined ? '' : `, ${value}`}` : 'failed'
  return [
    `${file}:${row}: ${kind}${name} ${outcome}`,
    ...[...steps.flatMap(linesOfStep), ...entered.flatMap(linesOfRule), ...omitted(more)].map(
      indent,
    ),
  ]
}

function linesOfStep(step: Step): readonly string[] {
  const { text, row, held, bindings = {}, entered = [], more = 0 } = step
  const seen = Object.entries(bindings).map(([name, value]) => `${name} = ${value}`)
  return [
    `${row}: ${text} ${held ? 'held' : 'failed'}${seen.length > 0 ? `, with ${seen.join(', ')}` : ''}`,
    ...[...entered.flatMap(linesOfRule), ...omitted(more)].map(indent),
  ]
}

function omitted(more: number): readonly string[] {
  return more === 0 ? [] : [`${more} more like it`]
}

function indent(line: string): string {
  return `  ${line}`
}
