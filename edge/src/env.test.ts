import { expect, test, vi } from 'vitest'

import { hub, loader } from './env.ts'

vi.mock('cloudflare:workers', () => ({ env: {} }))

test.for([
  ['HUB', hub],
  ['LOADER', loader],
] as const)('a wrangler.toml without %s is told so', ([name, use]) => {
  expect(use).toThrow(
    expect.objectContaining({ code: 'ERR_BINDING', message: expect.stringContaining(name) }),
  )
})
