import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'

import { readLines } from './lines.ts'

const encoder = new TextEncoder()
const generous = { maxLength: 1_000_000, silenceMs: 25_000 }

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
}

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = []
  for await (const line of readLines(streamOf(chunks), generous)) lines.push(line)
  return lines
}

/** A text's bytes, cut at these places. */
function cut(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = encoder.encode(text)
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length]
  return ends
    .toSorted((a, b) => a - b)
    .map((end, index, all) => bytes.slice(all[index - 1] ?? 0, end))
}

const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\n\uFEFF]/.test(text))

afterEach(() => {
  vi.useRealTimers()
})

test('lines do not depend on where the chunks are cut, characters of several bytes included', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat()), async (lines, places) => {
      const text = lines.map((each) => `${each}\n`).join('')
      expect(await linesOf(cut(text, places))).toEqual(lines)
    }),
  )
})

test('half a line at the end is left out', async () => {
  expect(await linesOf([encoder.encode('one\ntw')])).toEqual(['one'])
})

test.each([
  ['complete', ['short\n', `${'x'.repeat(11)}\n`]],
  ['still growing', ['short\n', 'x'.repeat(6), 'x'.repeat(6)]],
])('a line that is too long ends it: %s', async (_, chunks) => {
  const stream = streamOf(chunks.map((chunk) => encoder.encode(chunk)))
  const lines = readLines(stream, { ...generous, maxLength: 10 })
  expect(await lines.next()).toEqual({ done: false, value: 'short' })
  await expect(lines.next()).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
})

test('silence ends it, but not the time that a reader takes over a line', async () => {
  vi.useFakeTimers()
  const cancel = vi.fn<() => void>()
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode('one\ntwo\n')),
    cancel,
  })
  const lines = readLines(stream, generous)
  await lines.next()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await lines.next()).toEqual({ done: false, value: 'two' })
  const end = lines.next()
  await vi.advanceTimersByTimeAsync(24_999)
  expect(cancel).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await end).toEqual({ done: true, value: undefined })
  expect(cancel).toHaveBeenCalled()
})

test('leaving the loop cancels the stream', async () => {
  const cancel = vi.fn<() => void>()
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode('one\n')),
    cancel,
  })
  for await (const first of readLines(stream, generous)) {
    expect(first).toBe('one')
    break
  }
  expect(cancel).toHaveBeenCalled()
})
