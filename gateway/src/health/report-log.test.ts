import { expect, test, vi } from 'vitest'

import type { Fleet } from './fleet.ts'
import { logReports } from './report-log.ts'
import { browserReport } from './status-report.support.ts'

const outcome = { kind: 'data', revision: '1.2', actions: [], begin: 1, end: 2 } as const
const reported = (kind: 'edge' | 'browser', ...numbers: readonly number[]) =>
  browserReport('hub', {
    kind,
    transactions: numbers.map((number) => {
      const error = number === 3 ? 'no memory' : ''
      return { ...outcome, actions: [], number, id: `u${number}`, success: error === '', error }
    }),
  })

test('each transaction that a hub reports is a line, once', () => {
  let tell: Parameters<Fleet['onHeard']>[0] = () => undefined
  const log = { info: vi.fn(), warn: vi.fn() }
  const known = { ...reported('edge', 1), heardAt: 1 }
  logReports({ members: () => [known], onHeard: (listener) => void (tell = listener) }, log)
  const lines = () =>
    [...log.info.mock.calls, ...log.warn.mock.calls].map(([line]) => line.transaction)
  tell(reported('edge', 1, 2))
  tell(reported('edge', 1, 2))
  tell(reported('browser', 9))
  expect(lines()).toEqual(['u2'])
  tell(reported('edge', 1, 2, 3))
  expect(log.warn).toHaveBeenCalledWith(
    { transaction: 'u3', step: 'reported', replica: 'hub', revision: '1.2', error: 'no memory' },
    expect.any(String),
  )
  // Its memory was lost.
  tell(reported('edge', 1))
  expect(lines()).toEqual(['u2', 'u1', 'u3'])
})
