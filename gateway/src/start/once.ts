import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { messageOf } from '@vedette/core/errors'

import { openActors } from './actors.ts'
import type { Actors } from './actors.ts'
import { startStage } from './stage.ts'
import type { Stage, StageOptions } from './stage.ts'

type OnceOptions = Omit<StageOptions, 'signal'> & {
  /** Ends the story between two steps. */
  readonly signal: AbortSignal
}

interface Play {
  readonly stage: Stage
  readonly actors: Actors
  readonly policies: string
}

type Step = readonly [title: string, play: (play: Play) => Promise<void>]

/** The policy of the story: who is on the list may pass. It is assigned beside those of `--policies`. */
const rego = (entry: string): string => `package story

default allow := false

allow if input.user in data.node.story.${entry}
`

const everywhere = ['gateway', 'worker', 'page'] as const

const steps: readonly Step[] = [
  [
    'the PDP is registered, and the PAP made it ACTIVE',
    async ({ actors }) => {
      await actors.until(
        'an ACTIVE gateway',
        async () => (await actors.gatewayReplica())?.state === 'ACTIVE',
      )
    },
  ],
  [
    'a policy from the PAP decides at the gateway, in the Worker and in the page',
    async ({ actors }) => {
      for (const place of everywhere) await actors.decides(place, 'alice', true)
      for (const place of everywhere) await actors.decides(place, 'bob', false)
    },
  ],
  [
    'an ONAP component gets its decision',
    async ({ actors }) => {
      await actors.until(
        'output',
        async () => JSON.stringify(await actors.onapDecision('alice')) === '{"allow":true}',
      )
    },
  ],
  [
    'a data update changes all three without a reload, and is called back',
    async ({ actors }) => {
      const id = await actors.putData('/node/story/listed', ['bob'])
      for (const place of everywhere) await actors.decides(place, 'bob', true)
      for (const place of everywhere) await actors.decides(place, 'alice', false)
      await actors.calledBack(id)
      await actors.until('every report', async () => (await actors.reporters(id)).size === 3)
    },
  ],
  [
    'each of them says that it is ready and healthy',
    async ({ actors }) => {
      for (const place of everywhere)
        await actors.until(`healthy ${place}`, () => actors.isHealthy(place))
    },
  ],
  [
    'an edited policy is compiled and decides everywhere',
    async ({ actors, policies }) => {
      await writeFile(join(policies, 'story/story.rego'), rego('guests'))
      for (const place of everywhere) await actors.decides(place, 'carol', true)
    },
  ],
  [
    'broken Rego is refused with its place, and everyone goes on',
    async ({ actors, policies }) => {
      await writeFile(join(policies, 'story/story.rego'), 'package story\n\nallow if {\n')
      await actors.until('the error', async () =>
        /story\.rego:\d+:\d+: rego_parse_error/.test(await actors.lastPolicyError()),
      )
      for (const place of everywhere) await actors.decides(place, 'carol', true)
    },
  ],
  [
    'an acknowledged update survives a killed gateway, and nobody starts over',
    async ({ stage, actors }) => {
      const id = await actors.putData('/node/story/guests', ['dave'])
      await stage.gateway().kill()
      await stage.startGateway()
      for (const place of everywhere) await actors.decides(place, 'dave', true)
      await actors.until('every report', async () => (await actors.reporters(id)).size === 3)
    },
  ],
  [
    'without the gateway the page is loaded again and decides',
    async ({ stage, actors }) => {
      await stage.gateway().stop()
      await actors.reloadPage()
      await actors.decides('page', 'dave', true)
    },
  ],
  [
    'without the gateway the Worker starts again and decides',
    async ({ stage, actors }) => {
      await stage.worker().stop()
      await stage.startWorker()
      await actors.decides('worker', 'dave', true)
    },
  ],
]

/** Plays the story from a PAP message to decisions in a Worker and in a page. True when every step held. */
export async function playOnce(options: OnceOptions): Promise<boolean> {
  const temporary = await mkdtemp(join(tmpdir(), 'vedette-once-'))
  try {
    const policies = join(temporary, 'policies')
    await cp(options.policies, policies, { recursive: true })
    await writeStory(policies)
    return await playOn({
      ...options,
      policies,
      dataDir: join(temporary, 'data'),
      alwaysLocalPap: true,
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function playOn(options: OnceOptions): Promise<boolean> {
  const stage = await startStage(options)
  try {
    const actors = await openActors(stage, options.say)
    try {
      return await playAll({ stage, actors, policies: options.policies }, options)
    } finally {
      await actors.close()
    }
  } finally {
    await stage.stop()
  }
}

async function playAll(play: Play, { say, signal }: OnceOptions): Promise<boolean> {
  for (const [index, [title, run]] of steps.entries()) {
    try {
      signal.throwIfAborted()
      await run(play)
      say(`ok ${index + 1} - ${title}`)
    } catch (error) {
      say(`not ok ${index + 1} - ${title}: ${messageOf(error)}`)
      return false
    }
  }
  say(`${steps.length} steps held`)
  return true
}

async function writeStory(policies: string): Promise<void> {
  await mkdir(join(policies, 'story'), { recursive: true })
  await writeFile(join(policies, 'story/story.rego'), rego('listed'))
  await writeFile(
    join(policies, 'story/data.json'),
    JSON.stringify({ listed: ['alice'], guests: ['carol'] }),
  )
}
