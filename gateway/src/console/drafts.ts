/** What a person last typed for an entrypoint: an input, and the data to change while watching it. */
export interface Draft {
  readonly input: string
  readonly path: string
  readonly value: string
}

/** Inputs of the sample policies whose answer the change beside them flips. */
const samples: Readonly<Record<string, Draft>> = {
  'documents/allow': {
    input: '{\n  "user": "bob",\n  "action": "write",\n  "document": "handbook"\n}',
    path: '/node/documents/roles/bob',
    value: '["editor"]',
  },
  'ocis/allow': {
    input: '{\n  "user": "alice",\n  "thumbnail": "holiday"\n}',
    path: '/node/ocis/users',
    value: '21',
  },
}

const lastKey = 'vedette.entrypoint'
const keyOf = (entrypoint: string): string => `vedette.draft ${entrypoint}`

export function readDraft(entrypoint: string): Draft {
  const [policy = ''] = entrypoint.split('/')
  const first = samples[entrypoint] ?? { input: '{}', path: `/node/${policy}/try`, value: 'true' }
  const kept = localStorage.getItem(keyOf(entrypoint))
  return kept ? { ...first, ...(JSON.parse(kept) as Partial<Draft>) } : first
}

export function keepDraft(entrypoint: string, change: Partial<Draft>): void {
  const draft = { ...readDraft(entrypoint), ...change }
  localStorage.setItem(keyOf(entrypoint), JSON.stringify(draft))
  localStorage.setItem(lastKey, entrypoint)
}

/** The entrypoint to begin with: the last one, else a sample's, else the first that allows something. */
export function firstChoice(entrypoints: readonly string[]): string | undefined {
  const wanted = [localStorage.getItem(lastKey), ...Object.keys(samples)]
  return (
    wanted.find((name) => name !== null && entrypoints.includes(name)) ??
    entrypoints.find((name) => name.endsWith('/allow')) ??
    entrypoints[0]
  )
}
