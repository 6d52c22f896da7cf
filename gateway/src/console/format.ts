/** `12 µs`, `3.4 ms`: three digits say enough about a time. */
export function formatTime(ms: number): string {
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`
  return `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`
}

/** How long ago `at` (ms since 1970) was. */
export function formatAge(at: number, now: number): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1000))
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`
  return `${Math.floor(seconds / 3600)} h ago`
}

export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString()
}

/** Long texts are for the tooltip. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
