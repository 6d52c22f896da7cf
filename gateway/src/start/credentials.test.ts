import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { temporaryDirectory } from '../catalog/catalog.support.ts'
import { loadCredentials } from './credentials.ts'

test('what was made up is kept, and what the environment sets comes first', async () => {
  await using directory = await temporaryDirectory()
  const made = await loadCredentials(directory.path, {})
  expect(made.token).toHaveLength(32)
  expect(await loadCredentials(directory.path, { API_PASSWORD: '' })).toEqual({
    ...made,
    apiPassword: '',
  })
})

test('a file that is broken is named, and not shown', async () => {
  await using directory = await temporaryDirectory()
  const path = join(directory.path, 'credentials.json')
  await writeFile(path, '{"token":"secret"')
  await expect(loadCredentials(directory.path, {})).rejects.toThrow(
    `${path} holds no credentials: remove it, and others are made up`,
  )
})
