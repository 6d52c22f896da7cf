import { readFileSync } from 'node:fs'

const everyMs = 500

/** Resolves when a process that started us is gone: a killed npm tells nobody. Keeps no process alive. */
export function startersGone(): Promise<void> {
  const before = starters()
  return new Promise((resolve) => {
    setInterval(() => starters() !== before && resolve(), everyMs).unref()
  })
}

/** Who started us. npm puts a shell in between, which outlives it. */
function starters(): string {
  const parent = process.ppid
  return process.env['npm_lifecycle_event'] ? `${parent} of ${parentOf(parent)}` : String(parent)
}

/** `unknown` where there is no /proc. */
function parentOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return /^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 'unknown'
  } catch {
    return 'unknown'
  }
}
