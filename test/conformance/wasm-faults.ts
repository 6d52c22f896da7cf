import type { OpaCase } from './cases.ts'

/** Cases that OPA's own wasm runtime answers wrong, by what is wrong with it. docs/conformance.md tells more. */
export const wasmFaults: Readonly<Record<string, readonly string[]>> = {
  'sets are walked in the order of their buckets, which shows in arrays made from them': [
    'compositereferences/unify array',
    'compositereferences/unify partial ground array',
    'compositereferences/complete doc unify',
    'compositereferences/partial doc unify',
    'logic_op/comprehension: walk-bound iteration with and as filter',
    'logic_op/comprehension: walk-bound iteration with or as filter',
    'walkbuiltin/objects no path',
  ],
  'a number does not find the key of its digits in data': [
    'data/toplevel integer',
    'data/nested integer',
  ],
  'numbers are written in another way: .0': ['sprintf/float/zero_fraction'],
  'integers beyond 64 bits cannot be formatted': [
    'strings/format_int: bignum exact (>64-bit integer, all bases + negative)',
  ],
  'exponents have no bound': [
    'jsonbuiltins/unmarshal number beyond the supported exponent is undefined',
    'jsonbuiltins/unmarshal number with too big an exponent is undefined',
  ],
}

const notes = new Set(Object.values(wasmFaults).flat())

export function isWasmFault({ note }: OpaCase): boolean {
  return notes.has(note)
}
