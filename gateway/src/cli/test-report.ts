import type { Examination, FileCoverage, TestOutcome } from '../compiler/examination.ts'

/** A line for each test, the count, and the lines that no test reached. */
export function reportOf({ tests, coverage }: Examination): string {
  const run = tests.filter(({ outcome }) => outcome !== 'skip')
  const passed = run.filter(({ outcome }) => outcome === 'pass').length
  const verdict = passed === run.length ? 'PASS' : 'FAIL'
  return [
    ...tests.flatMap(linesOf),
    `${verdict}: ${passed}/${run.length}`,
    `coverage: ${Math.round(coverage.coverage * 10) / 10} %`,
    ...Object.entries(coverage.files).flatMap(gapsOf),
  ].join('\n')
}

function linesOf(test: TestOutcome): readonly string[] {
  const { file, row, package: path, name, outcome, durationNs, failure } = test
  const { output = '', cases = [] } = test
  const reason = failure ? `  ${failure.message}` : ''
  return [
    `${file}:${row}: ${path}.${name}: ${outcome.toUpperCase()} (${(durationNs / 1e6).toFixed(2)} ms)${reason}`,
    ...cases.filter(({ fail }) => fail).map((each) => `  ${each.name.join('/')}: FAIL`),
    ...(outcome === 'pass'
      ? []
      : output
          .split('\n')
          .filter(Boolean)
          .map((line) => `  ${line}`)),
  ]
}

function gapsOf([file, { not_covered: ranges = [] }]: [string, FileCoverage]): readonly string[] {
  if (ranges.length === 0) return []
  const rows = ranges.map(({ start, end }) =>
    start.row === end.row ? String(start.row) : `${start.row}-${end.row}`,
  )
  return [`  ${file}: no test reaches ${[...new Set(rows)].join(', ')}`]
}
