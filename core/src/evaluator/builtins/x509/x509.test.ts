import { expect, it } from 'vitest'

import { readLines } from '../../fixtures/fixtures.ts'
import { answer, checkCases } from '../cases.support.ts'
import { loadBuiltins } from '../table.ts'

it('certificates, requests, keys and chains are those of Go OPA, and broken ones its errors', async () => {
  const { count, wrong } = await checkCases('x509.cases.jsonl')
  expect(count).toBeGreaterThan(200)
  expect(wrong).toEqual([])
})

it('a chain holds in the one moment of its decision', async () => {
  const builtins = await loadBuiltins(['crypto.x509.parse_and_verify_certificates'])
  const chain = await validChain()
  const verify = (nowNs: number): unknown =>
    builtins.get('crypto.x509.parse_and_verify_certificates')?.([chain], { nowNs })
  expect(verify(1_800_000_000_000_000_000)).toMatchObject([true, [{ IsCA: false }, {}, {}]])
  expect(verify(0)).toEqual([false, []])
})

it.each([
  ['crypto.x509.parse_certificates', '["MIIB"]', false],
  ['crypto.x509.parse_and_verify_certificates', '["x"]', '[false, []]'],
  ['crypto.parse_private_keys', '[""]', 'null'],
])('%s of %s is %s', async (name, operands, result) => {
  expect(answer(await loadBuiltins([name]), name, operands)).toBe(result)
})

it('hosts are not verified, so that is refused', async () => {
  const name = 'crypto.x509.parse_and_verify_certificates_with_options'
  const operands = JSON.stringify([await validChain(), { DNSName: 'leaf' }])
  const builtins = await loadBuiltins([name])
  expect(() => answer(builtins, name, operands)).toThrow('hosts are not verified')
})

/** For servers, over one certificate between. */
async function validChain(): Promise<string> {
  for (const line of await readLines('x509.cases.jsonl')) {
    const [, operands, result] = JSON.parse(line) as readonly unknown[]
    const [chain] = JSON.parse(String(operands)) as readonly string[]
    const isServer = !/KeyUsages|MaxConstraint|DNSName/.test(String(operands))
    if (isServer && String(result).startsWith('[true') && chain?.match(/BEGIN/g)?.length === 3)
      return chain
  }
  throw new Error('no chain')
}
