import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

import { rounds } from './clock.ts'
import type { Measurement } from './measurement.ts'
import { nextVersion } from './small-policy.ts'

const updates = 20

/** What the gateway's Node process holds after a story of its own; `VmRSS`, so Linux only. */
export const memory: Measurement = {
  name: 'memory',
  title: `resident memory with the samples, after ${updates} policy and ${updates} data updates`,
  async run(kit) {
    const { world, pap } = await kit.stage()
    await rounds(updates, 20, async (round) => {
      await pap.update(nextVersion(1_000 + round))
      await world.putData('/node/counter', round)
    })
    await delay(1_000)
    return [
      {
        what: "resident memory of the gateway's process",
        unit: 'MB',
        samples: [await residentMb(world.stage.gateway().process.pid)],
        baseline: { name: 'an empty Node process', samples: [await emptyNodeMb()] },
        atMost: 200,
      },
    ]
  },
}

/** Of a process, in MB: `VmRSS`, so Linux only. */
export async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
  return (kibibytes * 1024) / 1e6
}

async function emptyNodeMb(): Promise<number> {
  const program = "console.log('here'); setInterval(() => {}, 1000)"
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const mb = await residentMb(child.pid)
  child.kill()
  return mb
}
