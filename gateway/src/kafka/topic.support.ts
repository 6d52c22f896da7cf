import type { TopicLogger } from './topic.ts'

const ignore = (): void => {}

export const silentLogger: TopicLogger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
}

export interface Recorder {
  readonly values: readonly string[]
  readonly handler: (value: string) => void
  /** Waits for so many records in all; resolves with all there are then. */
  take(count: number): Promise<readonly string[]>
}

/** A handler that remembers. */
export function createRecorder(): Recorder {
  const values: string[] = []
  let onRecord = ignore
  return {
    values,
    handler(value) {
      values.push(value)
      onRecord()
    },
    take(count) {
      return new Promise((resolve) => {
        onRecord = () => {
          if (values.length >= count) resolve([...values])
        }
        onRecord()
      })
    },
  }
}
