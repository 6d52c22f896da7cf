import { expect, test } from 'vitest'

import { digestOf } from '../bundle/digest.ts'
import { EntrySchema } from '../bundle/entry.ts'
import { HeadSchema } from '../bundle/head.ts'
import { ManifestSchema, UnitSchema } from '../bundle/manifest.ts'
import { HeldSchema } from './held.ts'
import { PushSchema } from './push.ts'
import { protocolVersion } from './version.ts'

test('whoever changes the wire meets its version', async () => {
  const wire = [PushSchema, HeldSchema, EntrySchema, HeadSchema, ManifestSchema, UnitSchema]
  const shape = JSON.stringify(wire, (_, value: unknown) =>
    value instanceof RegExp ? String(value) : value,
  )
  expect({ protocolVersion, shape: (await digestOf(shape)).slice(0, 16) }).toMatchInlineSnapshot(`
    {
      "protocolVersion": 2,
      "shape": "6eda25a3dc946b3b",
    }
  `)
})
