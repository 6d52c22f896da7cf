import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'

import { createMemoryTopic } from '../kafka/memory-topic.support.ts'
import type { Topic } from '../kafka/topic.ts'
import { createMemoryAnswers, FakeAdministration, pdp } from '../pap/session.support.ts'
import { createPapSession } from '../pap/session.ts'
import { eventLine } from './event.ts'
import { serveDirectory } from './serve-directory.ts'
import { testDirectory, writeFiles } from './test-directory.support.ts'

const log = pino({ enabled: false })

interface Story {
  readonly lines: string[]
  readonly administration: FakeAdministration
}

async function play(dir: string, topic: Topic): Promise<Story> {
  const lines: string[] = []
  const ending = new AbortController()
  const administration = new FakeAdministration()
  const session = createPapSession({
    topic,
    administration,
    pdp,
    answers: createMemoryAnswers(),
    log,
  })
  const report = (event: Parameters<typeof eventLine>[0]): void => void lines.push(eventLine(event))
  const { promise, resolve: ready } = Promise.withResolvers<void>()
  const serving = serveDirectory({ dir, topic, report, ready, signal: ending.signal })
  onTestFinished(async () => {
    ending.abort()
    await serving
  })
  await promise
  await session.start()
  return { lines, administration }
}

const patiently = { timeout: 10_000 }

test(
  'a directory is assigned, and followed: changed, broken, mended, removed',
  { timeout: 30_000 },
  async () => {
    const dir = await testDirectory({
      'a/a.rego': 'package a\nx := 1\n',
      'b/b.rego': 'package b\n',
      'c/c.rego': 'package d\n',
    })
    const { lines, administration } = await play(dir, createMemoryTopic(log))
    await expect.poll(() => administration.held, patiently).toHaveLength(2)
    expect(lines[0]).toMatch(/^c is left out: c\.rego is of package 'd'/)
    const versions = (): string[] =>
      administration.held.map(({ name, version }) => `${name} ${version}`)

    await writeFiles(dir, { 'a/a.rego': 'package a\nx := 2\n' })
    await expect.poll(versions, patiently).toEqual(['b 1.0.0', 'a 1.0.1'])

    await writeFiles(dir, { 'a/a.rego': 'package nothing\n' })
    await expect.poll(() => lines.at(-1), patiently).toMatch(/^a is left out: /)
    expect(versions()).toEqual(['b 1.0.0', 'a 1.0.1'])

    await writeFiles(dir, { 'c/c.rego': 'package c\n' })
    await expect.poll(versions, patiently).toEqual(['b 1.0.0', 'a 1.0.1', 'c 1.0.0'])

    await rm(join(dir, 'b'), { recursive: true })
    await expect.poll(versions, patiently).toEqual(['a 1.0.1', 'c 1.0.0'])
  },
)
