import { BuiltinError } from '../operand.ts'

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** The tag of `[number]`, `explicit` when another element is inside. */
export function contextTag(number: number, form: 'implicit' | 'explicit' = 'implicit'): number {
  return (form === 'explicit' ? 0xa0 : 0x80) | number
}

export interface DerElement {
  readonly tag: number
  readonly contents: Uint8Array
  /** With tag and length. */
  readonly whole: Uint8Array
}

/** Reads DER (X.690) from front to back, as strict as Go's cryptobyte. What does not fit is a `BuiltinError`. */
export class DerReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isEmpty(): boolean {
    return this.#at === this.#bytes.length
  }

  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at)
  }

  /** Whether an element with this tag is next. */
  isNext(tag: number): boolean {
    return this.#bytes[this.#at] === tag
  }

  element(tag?: number): DerElement {
    const found = this.#bytes[this.#at]
    if (found === undefined || (tag !== undefined && found !== tag)) throw malformed()
    // Tags of more than one byte.
    if ((found & 0x1f) === 0x1f) throw malformed()
    const [start, length] = this.#extent()
    const end = start + length
    if (end > this.#bytes.length) throw malformed()
    const whole = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return { tag: found, contents: this.#bytes.subarray(start, end), whole }
  }

  /** What is inside the next element. */
  inside(tag: number): DerReader {
    return new DerReader(this.element(tag).contents)
  }

  optional(tag: number): DerReader | undefined {
    return this.isNext(tag) ? this.inside(tag) : undefined
  }

  integer(tag: number = tags.integer): bigint {
    const { contents } = this.element(tag)
    const [first, second = 0] = contents
    if (first === undefined) throw malformed()
    const isPadded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)
    if (contents.length > 1 && isPadded) throw malformed()
    return BigInt.asIntN(contents.length * 8, bigIntFrom(contents))
  }

  boolean(): boolean {
    const { contents } = this.element(tags.boolean)
    if (contents.length !== 1 || (contents[0] !== 0 && contents[0] !== 0xff)) throw malformed()
    return contents[0] !== 0
  }

  /** `1.2.840.113549` */
  oid(): string {
    return oidFrom(this.element(tags.oid).contents)
  }

  bitString(): BitString {
    const { contents } = this.element(tags.bitString)
    const [unused, last = 0] = [contents[0], contents.at(-1)]
    if (unused === undefined || unused > 7 || (contents.length === 1 && unused > 0))
      throw malformed()
    if ((last & ((1 << unused) - 1)) !== 0 && contents.length > 1) throw malformed()
    return { bytes: contents.subarray(1), unused }
  }

  /** Where the contents of the next element begin, and their length. */
  #extent(): readonly [start: number, length: number] {
    const first = this.#bytes[this.#at + 1]
    if (first === undefined) throw malformed()
    const start = this.#at + 2
    if (first < 0x80) return [start, first]
    const size = first & 0x7f
    if (size === 0 || size > 4 || start + size > this.#bytes.length) throw malformed()
    const length = Number(bigIntFrom(this.#bytes.subarray(start, start + size)))
    if (length < 0x80 || length < 256 ** (size - 1)) throw malformed()
    return [start + size, length]
  }
}

/** `unused` bits at the end do not count. */
export interface BitString {
  readonly bytes: Uint8Array
  readonly unused: number
}

/** The bytes of a bit string that ends with a byte. */
export function wholeBytes({ bytes, unused }: BitString): Uint8Array {
  if (unused > 0) throw new RangeError('keys and signatures that end within a byte are not read')
  return bytes
}

export function bigIntFrom(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}

export function malformed(): BuiltinError {
  return new BuiltinError('malformed DER')
}

function oidFrom(contents: Uint8Array): string {
  const arcs: bigint[] = []
  let arc = 0n
  for (const [at, byte] of contents.entries()) {
    if (arc === 0n && byte === 0x80) throw malformed()
    arc = (arc << 7n) | BigInt(byte & 0x7f)
    if (byte >= 0x80) {
      if (at === contents.length - 1) throw malformed()
      continue
    }
    if (arc > mostArc) throw malformed()
    arcs.push(arc)
    arc = 0n
  }
  const [first, ...rest] = arcs
  if (first === undefined) throw malformed()
  const root = first < 80n ? first / 40n : 2n
  return [root, first - root * 40n, ...rest].join('.')
}

const mostArc = 2n ** 31n - 1n
