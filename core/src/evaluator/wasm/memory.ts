import type { Address } from './abi.ts'
import { webAssembly, type WasmMemory } from './webassembly.ts'

export const pageBytes = 65_536
/** Up to here a loop beats the decoder's fixed price; what it glues together is slower to read, too. */
const shortBytes = 12

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The linear memory of one instance as text; growing it is left to the policy's own allocator. */
export interface TextMemory {
  readonly memory: WasmMemory
  /** How much the memory may still grow. */
  roomBytes(): number
  byteAt(address: Address): number
  /** Writes UTF-8, for which there must be room for 3 bytes a character; returns its length in bytes. */
  write(text: string, address: Address): number
  writeBytes(bytes: Uint8Array, address: Address): void
  /** The bytes up to the next NUL; good until the memory changes. */
  bytesFrom(address: Address): Uint8Array
  /** The text up to the next NUL. */
  read(address: Address): string
}

export function createTextMemory(initial: number, maximum: number): TextMemory {
  const memory = new webAssembly.Memory({ initial, maximum })
  let bytes = new Uint8Array(memory.buffer)

  /** A grown memory has a new buffer, and the view of the old one is empty. */
  function view(): Uint8Array {
    if (bytes.length === 0) bytes = new Uint8Array(memory.buffer)
    return bytes
  }

  function bytesFrom(address: Address): Uint8Array {
    const source = view()
    return source.subarray(address, source.indexOf(0, address))
  }

  return {
    memory,
    roomBytes: () => maximum * pageBytes - view().length,
    byteAt: (address) => view()[address] ?? 0,
    write: (text, address) =>
      encoder.encodeInto(text, view().subarray(address, address + text.length * 3)).written,
    writeBytes: (source, address) => view().set(source, address),
    bytesFrom,
    read: (address) => decodeUtf8(bytesFrom(address)),
  }
}

export function decodeUtf8(bytes: Uint8Array): string {
  return decodeShort(bytes) ?? decoder.decode(bytes)
}

/** The text if it is short and ASCII. */
function decodeShort(bytes: Uint8Array): string | undefined {
  if (bytes.length > shortBytes) return undefined
  let text = ''
  for (const code of bytes) {
    if (code > 0x7f) return undefined
    text += String.fromCharCode(code)
  }
  return text
}
