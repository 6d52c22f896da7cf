import type { RegoRecord } from '../../value.ts'

interface Problem {
  readonly type: string
  /** Where in the document: `a.0.b`, or `(Root)`. */
  readonly field: string
  readonly description: string
}

/** What is wrong with a document, and how well it fits otherwise: the best of several tells what was meant. */
export class Result {
  readonly #problems: Problem[] = []
  #score = 0

  get isValid(): boolean {
    return this.#problems.length === 0
  }

  get score(): number {
    return this.#score
  }

  /** As OPA answers them. */
  get values(): readonly RegoRecord[] {
    return this.#problems.map(({ type, field, description }) => ({
      type,
      field,
      desc: description,
      error: `${field}: ${description}`,
    }))
  }

  add(path: string, type: string, description: string): void {
    this.#problems.push({ type, field: fieldOf(path), description })
    this.#score -= 2
  }

  merge(other: Result): void {
    this.#problems.push(...other.#problems)
    this.#score += other.#score
  }

  reward(): void {
    this.#score++
  }
}

export const root = '(Root)'

export function fieldOf(path: string): string {
  return path.startsWith(`${root}.`) ? path.slice(root.length + 1) : path
}

/** The first of those that fit best. */
export function bestOf(results: readonly Result[]): Result | undefined {
  let best: Result | undefined
  for (const result of results) if (!best || result.score > best.score) best = result
  return best
}
