import { beforeAll, describe, expect, it } from 'vitest'

import type { RegoValue } from '../../value.ts'
import { checkCases } from '../cases.support.ts'
import { loadBuiltins, type Builtins } from '../table.ts'

let builtins: Builtins

beforeAll(async () => {
  builtins = await loadBuiltins(['time.format', 'time.parse_duration_ns', 'time.parse_ns'])
})

function call(name: string, ...operands: readonly RegoValue[]): RegoValue | undefined {
  return builtins.get(name)?.(operands, {})
}

const layout = '2006-01-02T15:04:05.999999999-07:00:00'

describe('times', () => {
  it('answer each recorded call as OPA does', async () => {
    const { count, wrong } = await checkCases('time.cases.jsonl')
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThan(2000)
  })

  it('know the zones that the runtime knows, with the same clocks', () => {
    for (const zone of Intl.supportedValuesOf('timeZone'))
      for (const year of [1985, 1999, 2024])
        for (const month of [0, 3, 6, 9]) {
          const date = new Date(Date.UTC(year, month, 15, 12))
          const text = date.toLocaleString('sv-SE', { timeZone: zone })
          const moment = [BigInt(date.getTime()) * 1_000_000n, zone, '2006-01-02 15:04:05']
          expect.soft(call('time.format', moment), zone).toBe(text)
        }
  })

  it('read what they have written, in any zone', () => {
    for (const zone of ['Europe/Paris', 'America/St_Johns', 'Asia/Kolkata', 'Pacific/Apia', 'UTC'])
      for (let ns = -9_000_000_000_123_456_789n; ns < 9_200_000_000_000_000_000n; ns += 97n ** 9n) {
        const text = call('time.format', [ns, zone, layout]) ?? ''
        expect(call('time.parse_ns', layout, text)).toBe(ns)
      }
  })

  it.each(['constructor', '__proto__', 'valueOf'])('know no unit %s', (unit) => {
    expect(() => call('time.parse_duration_ns', `1${unit}`)).toThrow('invalid duration')
  })

  it.each(['localtime', 'posixrules', 'right/Europe/Paris', 'Europe//Paris', './UTC'])(
    'refuse zones that are other ones elsewhere: %s',
    (zone) => {
      expect(() => call('time.format', [0, zone])).toThrow('differs from system to system')
    },
  )
})
