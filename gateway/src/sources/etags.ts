import type { Json } from '@vedette/core/json/json'

/** What a source brought last, for as long as it says that this is still so. */
interface Tagged {
  readonly etag: string
  readonly value: Json
  /** What it takes, with the request. */
  readonly bytes: number
}

/** Remembers what was fetched latest, by request. */
export interface Etags {
  get(request: string): Tagged | undefined
  put(request: string, tagged: Tagged): void
}

/** Beyond `mostBytes` (as they were read) what was not fetched for longest is forgotten. Default 64 MB. */
export function createEtags(mostBytes: number = 64 * 1024 * 1024): Etags {
  const remembered = new Map<string, Tagged>()
  let bytes = 0

  function forget(request: string): void {
    bytes -= remembered.get(request)?.bytes ?? 0
    remembered.delete(request)
  }

  return {
    get: (request) => remembered.get(request),
    put(request, tagged) {
      forget(request)
      remembered.set(request, tagged)
      bytes += tagged.bytes
      for (const oldest of remembered.keys()) {
        if (bytes <= mostBytes) return
        forget(oldest)
      }
    },
  }
}
