import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

import { stringifyJson } from '@vedette/core/json/stringify'

import { createLineReader } from '../compiler/line-reader.ts'
import { answerLine, faultOf, type Answer } from './answer.ts'
import { readRequestLine, type EvaluationRequest } from './request.ts'

/** Enough to keep OPA's processes busy while the engines here work; a slow question holds up no more than these. */
const IN_FLIGHT = 8

export interface NdjsonOptions {
  readonly input: Readable
  readonly output: Writable
  readonly answer: (request: EvaluationRequest) => Promise<Answer>
}

/** Answers every line of `input` by one line of `output`, in order, each as soon as it can; blank lines are passed over. */
export async function serveNdjson({ input, output, answer }: NdjsonOptions): Promise<void> {
  const inFlight: Promise<void>[] = []
  for await (const line of linesOf(input)) {
    if (line.trim() === '') continue
    inFlight.push(write(output, answerText(line, answer), inFlight.at(-1)))
    if (inFlight.length === IN_FLIGHT) await inFlight.shift()
  }
  await Promise.all(inFlight)
}

async function write(
  output: Writable,
  answered: Promise<string>,
  before: Promise<void> | undefined,
): Promise<void> {
  const text = await answered
  await before
  if (!output.write(`${text}\n`)) await once(output, 'drain')
}

async function answerText(line: string, answer: NdjsonOptions['answer']): Promise<string> {
  const { id, request } = readRequestLine(line)
  const outcome = request instanceof Error ? { error: faultOf(request) } : await answer(request)
  try {
    return stringifyJson(answerLine(id, outcome))
  } catch (error) {
    return stringifyJson(answerLine(id, { error: faultOf(error) }))
  }
}

async function* linesOf(input: Readable): AsyncGenerator<string> {
  const lines: string[] = []
  const push = createLineReader((line) => lines.push(line))
  for await (const chunk of input) {
    push(chunk as Buffer)
    yield* lines.splice(0)
  }
  // The last line may lack its end.
  push(Buffer.from('\n'))
  yield* lines
}
