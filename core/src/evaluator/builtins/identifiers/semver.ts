import type { RegoValue } from '../../value.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

type Version = {
  readonly numbers: readonly bigint[]
  /** Empty for a release. */
  readonly preRelease: string
}

/** -1, 0 or 1 by precedence (semver.org, item 11). */
export function semverCompare([left, right]: readonly RegoValue[]): number {
  const texts = [stringOperand(left), stringOperand(right)]
  const [first, second] = texts.map(parseVersion)
  if (!first) throw invalid(1, texts[0])
  if (!second) throw invalid(2, texts[1])
  return (
    compareLists(first.numbers, second.numbers, compare) ||
    comparePreReleases(first.preRelease, second.preRelease)
  )
}

export function semverIsValid([text]: readonly RegoValue[]): boolean {
  return typeof text === 'string' && parseVersion(text) !== undefined
}

/** In OPA's words. */
function invalid(position: number, text: string | undefined): BuiltinError {
  return new BuiltinError(`operand ${position}: string "${text}" is not a valid SemVer`)
}

const number = '(0|[1-9]\\d*)'
const names = '[\\dA-Za-z-]+(?:\\.[\\dA-Za-z-]+)*'
const version = new RegExp(`^v?${number}\\.${number}\\.${number}(?:-(${names}))?(?:\\+${names})?$`)
const largest = 2n ** 63n - 1n

/** One `v` in front is taken as well; numbers fit into 64 bits. */
function parseVersion(text: string): Version | undefined {
  const [all, major = '', minor = '', patch = '', preRelease = ''] = version.exec(text) ?? []
  if (all === undefined || /(?:^|\.)0\d+(?:\.|$)/.test(preRelease)) return undefined
  const numbers = [major, minor, patch].map(BigInt)
  return numbers.some((each) => each > largest) ? undefined : { numbers, preRelease }
}

function comparePreReleases(left: string, right: string): number {
  if (left === '' || right === '') return compare(left === '' ? 1 : 0, right === '' ? 1 : 0)
  return compareLists(left.split('.'), right.split('.'), compareIdentifiers)
}

/** Numbers come before names; those beyond 64 bits count as the largest, as in Go. */
function compareIdentifiers(left: string, right: string): number {
  const [first, second] = [numberOf(left), numberOf(right)]
  if (first !== undefined && second !== undefined) return compare(first, second)
  if (first === undefined && second === undefined) return compare(left, right)
  return first === undefined ? 1 : -1
}

function numberOf(identifier: string): bigint | undefined {
  if (!/^\d+$/.test(identifier)) return undefined
  const value = BigInt(identifier)
  return value > largest ? largest : value
}

function compareLists<Item>(
  left: readonly Item[],
  right: readonly Item[],
  order: (left: Item, right: Item) => number,
): number {
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at++) {
    const found = order(left[at] as Item, right[at] as Item)
    if (found !== 0) return found
  }
  return compare(left.length, right.length)
}

function compare<Value extends bigint | number | string>(left: Value, right: Value): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
