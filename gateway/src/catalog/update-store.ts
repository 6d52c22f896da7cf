import type { TransactionName } from '@vedette/core/bundle/entry'

/** The part of the store that accounts for updates: each one, and the reports about it that are still to be delivered. */
export interface UpdateStore {
  /** All in one: the reports to deliver, and how far each update was told of. Old updates are forgotten. */
  tell(told: Told): Promise<void>
  /** The latest update of this id. */
  update(id: string): Promise<UpdateRecord | undefined>
  /** Those that somebody is still to be told of, oldest first. */
  openUpdates(): Promise<readonly UpdateRecord[]>
  /** The highest sequence that was reported of each id. */
  sequences(): Promise<ReadonlyMap<string, number>>

  /** Callbacks to deliver, oldest first. */
  callbacks(): Promise<readonly PendingCallback[]>
  removeCallbacks(ids: readonly string[]): Promise<void>
  /** Gives up a callback; beyond the latest ten thousand, dead letters are forgotten. */
  buryCallback(letter: Epitaph): Promise<void>
  deadLetters(): Promise<readonly DeadLetter[]>
  /** Makes dead letters callbacks to deliver again; gives those that were there. */
  reviveCallbacks(ids: readonly string[]): Promise<readonly PendingCallback[]>
}

/** What is kept of an update in the transaction that writes it. */
export interface UpdateName extends TransactionName {
  /** Names this update among all, also of the same id: the revision of one that was published. */
  readonly key: string
  /** Whom to tell, and what of: the callbacks' own text; empty for an update that nobody noted anything about. */
  readonly note: string
}

export interface UpdateRecord extends UpdateName {
  /** `epoch.sequence`, null when it was never published. */
  readonly revision: string | null
  /** Empty when it was published. */
  readonly error: string
  readonly sequence: number
  /** What was told last, in the callbacks' own words; empty when nobody was told yet. */
  readonly told: string
  /** More may have to be told. */
  readonly isOpen: boolean
}

export interface Told {
  readonly updates: readonly UpdateRecord[]
  readonly callbacks: readonly PendingCallback[]
}

/** `request` is the callbacks' own text; `about` is the update's id. */
export interface PendingCallback {
  readonly id: string
  readonly url: string
  readonly request: string
  readonly about: string
}

interface Epitaph {
  readonly id: string
  readonly attempts: number
  readonly error: string
  /** ms since 1970. */
  readonly at: number
}

export type DeadLetter = Omit<PendingCallback, 'request'> & Epitaph
