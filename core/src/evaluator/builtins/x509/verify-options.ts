import { isJsonNumber } from '../../../json/equal.ts'
import { entriesOf, itemsOf, type RegoValue } from '../../value.ts'
import { BuiltinError, objectOperand, parseInt64 } from '../operand.ts'
import { usageNamed } from './extended-usage.ts'
import type { VerifyOptions } from './verify.ts'

/** What `crypto.x509.parse_and_verify_certificates_with_options` may be told. */
export function readVerifyOptions(value: RegoValue | undefined, nowNs: bigint): VerifyOptions {
  let options: VerifyOptions = { timeNs: nowNs, usages: [] }
  for (const [key, option] of entriesOf(objectOperand(value))) {
    if (typeof key !== 'string') throw new RangeError('options that are no texts are not read')
    options = { ...options, ...readOption(key, option) }
  }
  return options
}

function readOption(key: string, option: RegoValue): Partial<VerifyOptions> {
  switch (key) {
    case 'DNSName':
      if (typeof option !== 'string') throw new BuiltinError("'DNSName' should be a string")
      if (option.replaceAll(/^"+|"+$/g, '') !== '') throw new RangeError('hosts are not verified')
      return {}
    case 'CurrentTime':
      return { timeNs: integer(option) }
    case 'MaxConstraintComparisons':
      integer(option)
      return {}
    case 'KeyUsages':
      return { usages: readUsages(option) }
    default:
      throw new BuiltinError('invalid key option')
  }
}

function integer(value: RegoValue): bigint {
  const number = isJsonNumber(value) ? parseInt64(String(value)) : undefined
  if (number === undefined) throw new BuiltinError('option should be a number')
  return number
}

/** What is no text is passed over. */
function readUsages(value: RegoValue): readonly number[] {
  const items = itemsOf(value)
  if (!items) throw new BuiltinError("'KeyUsages' should be an Array or Set")
  const names = items.filter((item) => typeof item === 'string')
  return names.map((name) => {
    const usage = usageNamed(name.replaceAll(/^"+|"+$/g, ''))
    if (usage === undefined) throw new BuiltinError("invalid entries for 'KeyUsages' found")
    return usage
  })
}
