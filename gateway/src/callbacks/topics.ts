/** A topic's parents and itself: `a/b` → `a`, `a/b`; of `scope:a/b` only what follows the last colon has parents. */
export function expandTopics(topics: readonly string[]): string[] {
  return topics.flatMap((topic) => {
    const at = topic.lastIndexOf(':') + 1
    const [prefix, names] = [topic.slice(0, at), topic.slice(at).split('/')]
    return names.map((_, index) => prefix + names.slice(0, index + 1).join('/'))
  })
}
