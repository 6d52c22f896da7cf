import { availableParallelism, cpus, loadavg, type, release } from 'node:os'

/** What the numbers were taken on. A load average above zero at the beginning is somebody else's work. */
export function describeMachine(): string {
  const [one = 0, five = 0] = loadavg()
  const load = `load average ${one.toFixed(2)} (1 min) ${five.toFixed(2)} (5 min)`
  const model = cpus()[0]?.model ?? 'unknown processor'
  return `${availableParallelism()} cores (${model}), ${type()} ${release()}, Node ${process.version}, ${load}`
}
