import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import { messageOf } from '@vedette/core/errors'
import type { JsonObject } from '@vedette/core/json/json'
import type { Logger } from 'pino'

import type { PendingCallback, Told, UpdateRecord, UpdateStore } from '../catalog/update-store.ts'
import { createBatch } from './batch.ts'
import { targetOf } from './config.ts'
import type { CallbackTarget } from './config.ts'
import { readNote } from './note.ts'
import { writeRequest } from './post-report.ts'
import { pythonJson } from './python-json.ts'
import type { CallbackQueue } from './queue.ts'
import type { Register } from './register.ts'

/** Puts reports on disk for everyone who is to be told, together with how far an update was told of. */
export interface Teller {
  /** Resolves when it is on disk; delivery goes on by itself. Fails, told to the log, with `ERR_STORAGE`. */
  tell(update: UpdateRecord, reports: readonly JsonObject[]): Promise<void>
  /** Writes what is under way. */
  close(): Promise<void>
}

export interface TellerOptions {
  readonly store: Pick<UpdateStore, 'tell'>
  readonly queue: Pick<CallbackQueue, 'deliver'>
  readonly register: Pick<Register, 'list'>
  readonly log: Pick<Logger, 'info' | 'warn'>
}

interface Recipient {
  readonly target: CallbackTarget
  readonly trusted: boolean
}

interface Telling {
  readonly update: UpdateRecord
  readonly callbacks: readonly PendingCallback[]
}

/** That nobody is told of what was saved is written when there is time: the next life would find out the same. */
const unheardAfterMs = 250

export function createTeller(options: TellerOptions): Teller {
  const { store, queue, register, log } = options
  const ending = new AbortController()
  const heard = createBatch(write)
  const unheard = createBatch<Telling>(async (tellings) => {
    await delay(unheardAfterMs, undefined, { signal: ending.signal }).catch(() => undefined)
    await write(tellings)
  })
  const underWay = new Set<Promise<void>>()

  async function write(tellings: readonly Telling[]): Promise<void> {
    await store.tell(toldIn(tellings))
    for (const { update, callbacks } of tellings) {
      const { id: transaction, kind, sequence } = update
      log.info({ transaction, kind, step: 'reported', sequence }, 'transaction reported')
      queue.deliver(callbacks)
    }
  }

  function recipientsOf(update: UpdateRecord): readonly Recipient[] {
    return [
      ...register.list().map((each) => ({ target: targetOf(each), trusted: each.trusted })),
      ...readNote(update.note).callbacks.map((target) => ({ target, trusted: false })),
    ]
  }

  return {
    async tell(update, reports) {
      const recipients = recipientsOf(update)
      const callbacks = reports
        .map((report) => pythonJson(report))
        .flatMap((report) => recipients.map((each) => callbackOf(update.id, report, each)))
      const mayWait = callbacks.length === 0 && update.revision !== null
      const written = (mayWait ? unheard : heard).add({ update, callbacks })
      underWay.add(written)
      await written
        .catch((error: unknown) => {
          log.warn({ update: update.id, error: messageOf(error) }, 'a report was not kept')
          throw error
        })
        .finally(() => underWay.delete(written))
    },
    async close() {
      ending.abort()
      await Promise.allSettled(underWay)
    },
  }
}

function callbackOf(
  about: string,
  report: string,
  { target, trusted }: Recipient,
): PendingCallback {
  return {
    id: randomUUID(),
    url: target.url,
    request: writeRequest(target, { trusted, report }),
    about,
  }
}

function toldIn(tellings: readonly Telling[]): Told {
  return {
    updates: tellings.map(({ update }) => update),
    callbacks: tellings.flatMap(({ callbacks }) => callbacks),
  }
}
