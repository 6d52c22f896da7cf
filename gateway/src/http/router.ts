import type { Result, Router } from 'hono/router'
import { TrieRouter } from 'hono/router/trie-router'

/**
 * Hono's router for routes of any kind, which searches once for a path that is a route as it stands: most requests are
 * for one. (Its quick router refuses a parameter beside a name, as below `/callbacks`.)
 */
export function createRouter<Handler>(): Router<Handler> {
  const router = new TrieRouter<Handler>()
  const fixed = new Set<string>()
  const found = new Map<string, Result<Handler>>()
  return {
    name: 'RememberingRouter',
    add(method, path, handler) {
      if (!/[:*]/.test(path)) fixed.add(path)
      router.add(method, path, handler)
      found.clear()
    },
    match(method, path) {
      const request = `${method} ${path}`
      const known = found.get(request)
      if (known) return known
      const result = router.match(method, path)
      if (fixed.has(path)) found.set(request, result)
      return result
    },
  }
}
