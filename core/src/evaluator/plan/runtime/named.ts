import { isEqual, type RegoRecord, type RegoValue } from '../../value.ts'
import { getComputed } from './access.ts'

/** The member that a plain key names: one that no value has besides its members. */
export function named(source: RegoValue | undefined, key: string): RegoValue | undefined {
  if (source === undefined || source === null) return undefined
  const value = (source as RegoRecord)[key]
  return value === undefined ? getComputed(source, key) : value
}

/** 0 for equal values, 1 for others or none. */
export function equalCode(left: RegoValue | undefined, right: RegoValue | undefined): number {
  if (left === undefined || right === undefined) return 1
  if (typeof left === 'string' || typeof right === 'string') return left === right ? 0 : 1
  return isEqual(left, right) ? 0 : 1
}
