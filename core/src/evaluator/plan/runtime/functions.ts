import type { Body, FunctionBody, Statement } from '../program.ts'
import type { Builder, Callee, Frame, Read } from './builder.ts'
import { step, type Run } from './run.ts'
import { blockStep } from './statements.ts'

export type FunctionSource = {
  /** Read and turned into closures when the function is first called. */
  readonly text: string
  readonly parameters: number
}

/** A function that becomes closures when it is first called. */
export function createCallee(
  source: FunctionSource,
  builder: Omit<Builder, 'frame' | 'isOwn'>,
): Callee {
  const frame: Frame = []
  const callee: Callee = {
    frame,
    run() {
      const body = JSON.parse(source.text) as FunctionBody
      while (frame.length < body.slots) frame.push(undefined)
      const call = bodyReader(body, { ...builder, frame, isOwn: ownership(body.blocks) })
      callee.run = source.parameters === 0 ? remembered(call, builder.run) : call
      return callee.run()
    },
  }
  return callee
}

function bodyReader({ clears, result, blocks }: FunctionBody, builder: Builder): Read {
  const { frame, run } = builder
  const body = blockStep(blocks, builder)
  const remember = inDecision(run, () => frame.fill(undefined))
  return () => {
    step(run)
    remember()
    for (const slot of clears) frame[slot] = undefined
    body()
    return frame[result]
  }
}

/** Without parameters a function answers the same as long as input and data stay the same. */
function remembered(call: Read, run: Run): Read {
  let epoch = 0
  let answer: ReturnType<Read>
  const remember = inDecision(run, () => (answer = undefined))
  return () => {
    if (epoch === run.epoch) return answer
    answer = call()
    remember()
    epoch = run.epoch
    return answer
  }
}

/** To be called whenever there is something to forget when the decision is made. */
function inDecision(run: Run, forget: () => void): () => void {
  let decision = 0
  return () => {
    if (decision === run.decision) return
    decision = run.decision
    run.forget.push(forget)
  }
}

/** Which slots never hold anything but what the function itself made. */
function ownership(blocks: readonly Body[]): (slot: number) => boolean {
  const foreign = new Set<number>()
  const visit = (statement: Statement): void => {
    if (statement[0] === 'let' || statement[0] === 'copy') foreign.add(statement[1])
    if (statement[0] === 'block') for (const block of statement[1]) block.forEach(visit)
    if (statement[0] === 'not') statement[1].forEach(visit)
    if (statement[0] === 'scan' || statement[0] === 'with') statement[4].forEach(visit)
  }
  for (const block of blocks) block.forEach(visit)
  return (slot) => !foreign.has(slot)
}
