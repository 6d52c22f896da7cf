import type { Entered, Explanation, Step } from '../compiler/explanation.ts'

/** Rules and their expressions, each below what tried it. */
export function explanationText({ trace, truncated }: Explanation): string {
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
