/**
 * The name that a tab reports under: the browser's own for the first that is open, with a number for the others. It is
 * held until `signal` aborts or the tab is gone. Without Web Locks (outside a secure context) tabs share one name.
 */
export async function tabName(browser: string, signal: AbortSignal): Promise<string> {
  const locks = globalThis.navigator?.locks
  if (!locks) return browser
  for (let tab = 1; ; tab++) {
    const name = tab === 1 ? browser : `${browser}.${tab}`
    if (await hold(locks, `vedette ${name}`, signal)) return name
  }
}

/** Whether nobody else held it. */
function hold(locks: LockManager, name: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const held = locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null || signal.aborted)
      return lock && untilAborted(signal)
    })
    held.catch(reject)
  })
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
