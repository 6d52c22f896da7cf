import { readFile } from 'node:fs/promises'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { replayCallbacks } from '../support/opal/callbacks.ts'
import { replayDataUpdates } from '../support/opal/data-updates.ts'
import { differences, elsewhere } from '../support/opal/differences.ts'
import { openPeer } from '../support/opal/peer.ts'
import type { Peer } from '../support/opal/peer.ts'
import { readRecording } from '../support/opal/recording.ts'
import { replayStarts } from '../support/opal/startup.ts'
import { expectAsRecorded, expectToDiffer } from '../support/recorded.ts'
import type { Replayed } from '../support/recorded.ts'

let peers: readonly Peer[]
let replayed: readonly Replayed[]

beforeAll(async () => {
  const recording = await readRecording()
  const [peer, other] = (peers = await Promise.all([openPeer(), openPeer()])) as [Peer, Peer]
  replayed = (
    await Promise.all([
      replayDataUpdates(recording, peer),
      replayCallbacks(recording, other),
      replayStarts(recording, peer),
    ])
  ).flat()
})
afterAll(() => Promise.all(peers.map((peer) => peer.close())))

test('does as OPAL did, member by member, but for the differences that are meant', () => {
  expect(replayed.length).toBeGreaterThan(55)
  expectAsRecorded(replayed, differences)
})

test('every difference is one: none is there for nothing', () => {
  expectToDiffer(replayed, differences)
})

test('every part of the recording is asked again, or there is something in its place', async () => {
  const recording = (await readRecording()) as unknown as Readonly<Record<string, unknown>>
  const labels = new Set([...replayed.map(({ label }) => label), ...Object.keys(elsewhere)])
  const asked = (name: string): boolean => [...labels].some((label) => label.startsWith(name))
  const lists = ['data_update_cases', 'policy_and_engine_cases', 'startup_and_updater_flag_cases']
  const cases = lists.flatMap((name) =>
    (recording[name] as readonly { readonly case: string }[]).map((each) => each.case),
  )
  const parts = Object.keys(recording).filter(
    (name) => ![...lists, '_about', 'validation'].includes(name),
  )
  expect(
    [...cases, ...parts].filter((name) => name !== 'baseline_healthy' && !asked(name)),
  ).toEqual([])
})

test('docs/opal.md tells each of them, with its reason', async () => {
  const page = await readFile(new URL('../../docs/opal.md', import.meta.url), 'utf8')
  for (const { label, reason } of differences)
    expect(page).toContain(`| \`${label}\` | ${reason} |`)
  for (const [label, instead] of Object.entries(elsewhere))
    expect(page).toContain(`| \`${label}\` | ${instead} |`)
})
