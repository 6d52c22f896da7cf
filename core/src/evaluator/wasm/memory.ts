import type { Address } from './abi.ts'
import { webAssembly, type WasmMemory } from './webassembly.ts'

export const pageBytes = 65_536
/** Up to here a loop beats the decoder's fixed price. */
const shortBytes = 96

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
  /** The text up to its NUL, less the `omitted` bytes before the NUL. */
  read(address: Address, omitted?: number): string
}

export function createTextMemory(initial: number, maximum: number): TextMemory {
  const memory = new webAssembly.Memory({ initial, maximum })
  let bytes = new Uint8Array(memory.buffer)

  /** A grown memory has a new buffer, and the view of the old one is empty. */
  function view(): Uint8Array {
    if (bytes.length === 0) bytes = new Uint8Array(memory.buffer)
    return bytes
  }

  return {
    memory,
    roomBytes: () => maximum * pageBytes - view().length,
    byteAt: (address) => view()[address] ?? 0,
    write: (text, address) =>
      encoder.encodeInto(text, view().subarray(address, address + text.length * 3)).written,
    writeBytes: (source, address) => view().set(source, address),
    read(address, omitted = 0) {
      const source = view()
      return readShort(source, address, omitted) ?? readLong(source, address, omitted)
    },
  }
}

function readShort(source: Uint8Array, start: Address, omitted: number): string | undefined {
  let text = ''
  for (let at = start; at < start + shortBytes; at++) {
    const code = source[at] ?? 0
    if (code === 0) return omitted === 0 ? text : text.slice(0, -omitted)
    if (code > 0x7f) return undefined
    text += String.fromCharCode(code)
  }
  return undefined
}

function readLong(source: Uint8Array, start: Address, omitted: number): string {
  const end = source.indexOf(0, start)
  return decoder.decode(source.subarray(start, end - omitted))
}
