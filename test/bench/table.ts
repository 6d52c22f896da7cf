import type { Result } from './measurement.ts'
import { median, percentile } from './statistics.ts'

const header = ['what', 'p50 (p95)', 'baseline of the same run', 'ratio', 'target', 'met', 'peer']

/** A Markdown table with aligned columns. */
export function formatTable(results: readonly Result[]): string {
  const rows = [header, ...results.map(rowOf)]
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) => lineOf(row.map((cell, i) => cell.padEnd(widths[i] ?? 0))))
  const rule = lineOf(widths.map((width) => '-'.repeat(width)))
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

/** Whether the median keeps to the target; undefined where there is none. */
export function isMet({ samples, baseline, atMost }: Result): boolean | undefined {
  if (atMost === undefined) return undefined
  return median(samples) <= (atMost === 'baseline' ? median(baseline.samples) : atMost)
}

function rowOf(result: Result): string[] {
  const { what, unit, samples, baseline, atMost, peer = '' } = result
  const met = isMet(result)
  return [
    what,
    `${digits(median(samples))} (${digits(percentile(samples, 0.95))}) ${unit}`,
    `${baseline.name}: ${digits(median(baseline.samples))} ${unit}`,
    (median(samples) / median(baseline.samples)).toFixed(2),
    atMost === undefined ? '' : `≤ ${atMost === 'baseline' ? atMost : `${atMost} ${unit}`}`,
    met === undefined ? '' : met ? 'yes' : 'NO',
    peer,
  ]
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function digits(value: number): string {
  return value.toPrecision(value >= 100 ? Math.ceil(Math.log10(value + 1)) : 3)
}
