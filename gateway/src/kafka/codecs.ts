import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'

/** What kafkajs compresses the records of a batch with. */
export interface Codec {
  readonly compress: (encoder: { readonly buffer: Buffer }) => Promise<Buffer>
  readonly decompress: (records: Buffer) => Promise<Buffer>
}

const compressZstd = promisify(zstdCompress)
const decompressZstd = promisify(zstdDecompress)

export const zstd: Codec = {
  compress: ({ buffer }) => compressZstd(buffer),
  decompress: (records) => decompressZstd(records),
}

/**
 * Stands in for a compression that we lack: as many records without a value as the batch has, which are then skipped
 * one by one. Without it kafkajs would stop at the batch, for ever.
 */
export function unreadable(name: string): Codec {
  return {
    compress: () => Promise.reject(new Error(`No ${name} compression`)),
    decompress: async (records) => {
      // kafkajs hands over the rest of the batch; the number of its records is the int32 just before.
      const count = new DataView(records.buffer, records.byteOffset - 4).getInt32(0)
      return Buffer.concat(Array.from({ length: count }, (_, index) => emptyRecord(index)))
    },
  }
}

/**
 * Record => length attributes timestampDelta offsetDelta keyLength valueLength headerCount; all but the attributes are
 * zigzag varints, a length of -1 is null. https://kafka.apache.org/documentation/#record
 */
function emptyRecord(offsetDelta: number): Buffer {
  const body = [0, ...varint(0), ...varint(offsetDelta), ...varint(-1), ...varint(-1), ...varint(0)]
  return Buffer.from([...varint(body.length), ...body])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return [...bytes, rest]
}
