const everyMs = 500

/**
 * Resolves when the process that started us is gone: a killed npm tells nobody. Keeps no process alive. (The scripts of
 * package.json say `exec`, so that no shell stands between npm and us.)
 */
export function starterGone(): Promise<void> {
  const starter = process.ppid
  return new Promise((resolve) => {
    setInterval(() => process.ppid !== starter && resolve(), everyMs).unref()
  })
}
