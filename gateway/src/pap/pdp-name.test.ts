import { expect, test } from 'vitest'

import { pdpNameOf } from './pdp-name.ts'

test('a name is made once and kept', async () => {
  const settings = new Map<string, string>()
  const store = {
    setting: (key: string) => Promise.resolve(settings.get(key)),
    putSetting: (key: string, value: string) => Promise.resolve(void settings.set(key, value)),
  }
  const name = await pdpNameOf(store)
  expect(name).toMatch(/^opa-[0-9a-f-]{36}$/)
  expect(await pdpNameOf(store)).toBe(name)
})
