import { onTestFinished } from 'vitest'

import type { OpenCatalog } from './catalog.support.ts'
import { openIn, temporaryDirectory } from './catalog.support.ts'

/** A directory that goes with the test. */
export async function directoryForTest(): Promise<string> {
  const directory = await temporaryDirectory()
  onTestFinished(() => directory[Symbol.asyncDispose]())
  return directory.path
}

/** The catalogue in a directory of its own, closed with the test. */
export async function openForTest(options: Parameters<typeof openIn>[1]): Promise<OpenCatalog> {
  const opened = await openIn(await directoryForTest(), options)
  onTestFinished(() => opened.catalog.close())
  return opened
}
