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

/** Two programs that take the same time differ by so much from run to run. */
const noise = 1.05

/** Whether the median keeps to the target; undefined where there is none. */
function isMet({ samples, baseline, atMost, share = 0.5 }: Result): boolean | undefined {
  if (atMost === undefined) return undefined
  const most = typeof atMost === 'number' ? atMost : median(baseline.samples) * timesOf(atMost)
  return percentile(samples, share) <= most
}

function rowOf(result: Result): string[] {
  const { what, unit, samples, baseline, peer = '', share = 0.95 } = result
  const met = isMet(result)
  return [
    what,
    `${digits(median(samples))} (${digits(percentile(samples, share))}) ${unit}`,
    `${baseline.name}: ${digits(median(baseline.samples))} ${unit}`,
    ratioText(median(samples) / median(baseline.samples)),
    targetOf(result),
    met === undefined ? '' : met ? 'yes' : 'NO',
    peer,
  ]
}

function targetOf({ atMost, unit, share }: Result): string {
  if (atMost === undefined) return ''
  const meant = share === undefined ? '' : share === 1 ? 'longest ' : `p${share * 100} `
  return typeof atMost === 'number'
    ? `${meant}≤ ${atMost} ${unit}`
    : `ratio ≤ ${ratioText(timesOf(atMost))}`
}

function timesOf(target: 'baseline' | { readonly times: number }): number {
  return target === 'baseline' ? noise : target.times
}

/** What is much less than the baseline is easier to read as a part of it. */
function ratioText(ratio: number): string {
  return ratio < 0.5 ? `1 / ${Number((1 / ratio).toPrecision(3))}` : ratio.toFixed(2)
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function digits(value: number): string {
  return value.toPrecision(value >= 100 ? Math.ceil(Math.log10(value + 1)) : 3)
}
