import { expandTopics } from '../callbacks/topics.ts'

/** Who is subscribed to what. */
export interface Subscription {
  readonly scope: string
  /** Each with all topics below it. */
  readonly topics: readonly string[]
}

/** Whether an entry with these topics is for a scope. OPAL writes a scope's own topics `<scope>:data:<topic>`. */
export function isFor({ scope, topics }: Subscription, given: readonly string[]): boolean {
  const own = `${scope}:data:`
  return expandTopics(given).some((topic) =>
    topics.includes(topic.startsWith(own) ? topic.slice(own.length) : topic),
  )
}
