import type { RegoValue } from '../../value.ts'
import type { FunctionBody } from '../program.ts'
import type { Builder, Callee, Frame, Read, Step } from './builder.ts'
import { ownership } from './ownership.ts'
import { step, type Run } from './run.ts'
import { bodySteps } from './statements.ts'

export type FunctionSource = {
  /** Read and turned into closures when the function is first called. */
  readonly text: string
  readonly parameters: number
}

/** A function that becomes closures when it is first called. */
export function createCallee(
  { text, parameters }: FunctionSource,
  shared: Omit<Builder, 'frame' | 'blocks' | 'isOwn'>,
): Callee {
  const frame: Frame = []
  const callee: Callee = {
    frame,
    run() {
      const body = JSON.parse(text) as FunctionBody
      while (frame.length < body.slots) frame.push(undefined)
      const { blocks } = body
      const builder = { ...shared, frame, blocks, isOwn: ownership(blocks) }
      callee.run = parameters === 0 ? ruleReader(body, builder) : functionReader(body, builder)
      return callee.run()
    },
  }
  return callee
}

function functionReader({ clears, result, blocks }: FunctionBody, builder: Builder): Read {
  const { frame, run } = builder
  const steps = blocks.map((block) => bodySteps(block, builder))
  const forget = (): void => empty(frame)
  let decision = 0
  return () => {
    step(run)
    if (decision !== run.decision) decision = remember(run, forget)
    for (let at = 0; at < clears.length; at++) frame[clears[at] as number] = undefined
    runBlocks(steps)
    return frame[result]
  }
}

/** A rule answers the same as long as input and data stay the same, and finds its frame empty. */
function ruleReader({ result, blocks }: FunctionBody, builder: Builder): Read {
  const { frame, run } = builder
  const steps = blocks.map((block) => bodySteps(block, builder))
  let answer: RegoValue | undefined
  let epoch = 0
  let decision = 0
  const forget = (): void => {
    answer = undefined
  }
  return () => {
    if (epoch === run.epoch) return answer
    step(run)
    runBlocks(steps)
    answer = frame[result]
    epoch = run.epoch
    empty(frame)
    if (typeof answer !== 'boolean' && decision !== run.decision) decision = remember(run, forget)
    return answer
  }
}

/** A block that fails or ends goes on with the next one; what leaves it leaves the function. */
function runBlocks(blocks: readonly (readonly Step[])[]): void {
  for (let at = 0; at < blocks.length; at++) {
    const steps = blocks[at] as readonly Step[]
    let code = 0
    for (let next = 0; code === 0 && next < steps.length; next++) code = (steps[next] as Step)()
    if (code > 1) return
  }
}

/** To be done when the decision is made, once however often the function is called for it. */
function remember(run: Run, forget: () => void): number {
  run.forget[run.called++] = forget
  return run.decision
}

export function empty(frame: Frame): void {
  for (let slot = 0; slot < frame.length; slot++) frame[slot] = undefined
}
