import { bigIntFrom } from '../keys/der.ts'
import { formatAddress } from '../net/address.ts'

const mapped = 0xffffn << 32n

/** As Go's `net.IP` of 4 or 16 bytes writes itself. */
export function addressValue(bytes: Uint8Array): string {
  const address = bigIntFrom(bytes)
  return formatAddress(bytes.length === 4 ? mapped | address : address)
}
