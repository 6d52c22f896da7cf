/** `12 µs`, `3.4 ms`: three digits say enough about a time. */
export function formatTime(ms: number): string {
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`
  return `${ms < 100 ? ms.toFixed(1) : Math.round(ms)} ms`
}

/** `6 s`, `12 min`, `30 h`: in the unit a person counts in. */
export function formatSpan(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`
  return `${Math.floor(seconds / 3600)} h`
}

export function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString()
}

/** Long texts are for the tooltip. */
export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
