/** Has a service worker keep what a reload needs when the gateway is away. */
export async function keepForReload(): Promise<void> {
  navigator.serviceWorker.addEventListener('controllerchange', passByAgain, { once: true })
  await navigator.serviceWorker.register('/console/service-worker.js', { scope: '/' })
}

/** What was loaded before it was there passes by it once more: the browser still has it. */
function passByAgain(): void {
  const observer = new PerformanceObserver((list) => {
    for (const { name, initiatorType } of list.getEntries() as PerformanceResourceTiming[])
      if (initiatorType !== 'fetch' && new URL(name).pathname.startsWith('/sdk/'))
        fetch(name).catch(() => undefined)
  })
  observer.observe({ type: 'resource', buffered: true })
}
