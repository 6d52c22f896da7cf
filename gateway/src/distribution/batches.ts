/** `contents` in their order, as groups of at most `mostBytes` each; one that is larger alone is a group of its own. */
export function inBatches<Key>(
  contents: Iterable<readonly [Key, Uint8Array]>,
  mostBytes: number,
): Map<Key, Uint8Array>[] {
  const batches: Map<Key, Uint8Array>[] = []
  let room = 0
  for (const [key, bytes] of contents) {
    if (bytes.byteLength > room || batches.length === 0) {
      batches.push(new Map())
      room = mostBytes
    }
    batches.at(-1)?.set(key, bytes)
    room -= bytes.byteLength
  }
  return batches
}
