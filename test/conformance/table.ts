import type { EngineName } from '../../gateway/src/cli/engine.ts'
import type { Outcome } from './run.ts'

const kinds = ['pass', 'refused', 'wrong'] as const

/** A Markdown table: a row for each group, three columns for each engine. */
export function tableOf(outcomes: readonly Outcome[], engines: readonly EngineName[]): string {
  const groups = [...new Set(outcomes.map(({ given }) => given.group))].toSorted()
  const head = [
    'group',
    'cases',
    ...engines.flatMap((name) => kinds.map((kind) => `${name} ${kind}`)),
  ]
  const rows = groups.map((group) =>
    rowOf(
      group,
      outcomes.filter(({ given }) => given.group === group),
      engines,
    ),
  )
  return [head, head.map(() => '---'), ...rows, rowOf('**all**', outcomes, engines)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}

function rowOf(
  name: string,
  outcomes: readonly Outcome[],
  engines: readonly EngineName[],
): readonly (string | number)[] {
  const counts = engines.flatMap((engine) => kinds.map((kind) => count(outcomes, engine, kind)))
  return [name, new Set(outcomes.map(({ given }) => given)).size, ...counts.map((n) => n || '')]
}

export function count(
  outcomes: readonly Outcome[],
  engine: EngineName,
  kind: Outcome['kind'],
): number {
  return outcomes.filter((each) => each.engine === engine && each.kind === kind).length
}

/** Why an engine refused cases, and how many, the most frequent first; a case may be refused for several reasons. */
export function refusalsOf(outcomes: readonly Outcome[], engine: EngineName): string {
  const refused = outcomes.filter((each) => each.engine === engine && each.kind === 'refused')
  const reasons = refused.flatMap(({ detail }) =>
    detail.replace(/^ERR_\w+: (?:OPA's wasm: )?/, '').split('; '),
  )
  const byReason = Map.groupBy(reasons, (reason) => reason)
  return [...byReason]
    .toSorted(([, left], [, right]) => right.length - left.length)
    .map(([reason, { length }]) => `- ${reason}: ${length}`)
    .join('\n')
}

/** A line for each wrong answer. */
export function differencesOf(outcomes: readonly Outcome[]): string {
  return outcomes
    .filter(({ kind }) => kind === 'wrong')
    .map(({ given, engine, detail }) => `${engine} v${given.regoVersion} ${given.note}: ${detail}`)
    .join('\n')
}
