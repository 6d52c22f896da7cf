import type { Kit } from './kit.ts'

/** A file of the benchmark: what it measures, and beside it what the same thing costs at least. */
export interface Measurement {
  /** As `--only` takes it. */
  readonly name: string
  readonly title: string
  run(kit: Kit): Promise<readonly Result[]>
}

/** One row. Measured and baseline come from the same run, so that their ratio survives a noisy machine. */
export interface Result {
  readonly what: string
  readonly unit: 's' | 'ms' | 'µs' | 'MB' | 'kB'
  readonly samples: readonly number[]
  readonly baseline: Baseline
  /** Which of the samples is meant by the target, 0.99 the p99. Default 0.5. */
  readonly share?: number
  /** What the p50 (or that of `share`) may be at most; `baseline`: no more than the baseline's, or so many times that. Without one the row only informs. */
  readonly atMost?: number | 'baseline' | { readonly times: number }
  /** What a peer needs for the same, as measured elsewhere. */
  readonly peer?: string
}

export interface Baseline {
  readonly name: string
  readonly samples: readonly number[]
}
