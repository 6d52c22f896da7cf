import { appendFileSync } from 'node:fs'
let marks: string[] = []
export function mark(label: string): void {
  if (!marks.length)
    setTimeout(() => {
      appendFileSync('/tmp/trace.log', marks.join('\n') + '\n--\n')
      marks = []
    }, 60)
  marks.push(`${(performance.timeOrigin + performance.now()).toFixed(2)} ${label}`)
}
