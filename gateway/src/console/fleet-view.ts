import { codeOf, messageOf } from '@vedette/core/errors'
import type { StatusReport, Transaction } from '@vedette/core/protocol/status-report'

import type { Ask } from './ask.ts'
import { copy, find, part, setNotice, setText } from './dom.ts'
import { formatClock, formatSpan, formatTime, shorten } from './format.ts'
import type { Replica } from './replica.ts'

/** A replica's last word; the page's own is live: it has no time at which it was heard, and is not behind. */
type Member = StatusReport & {
  readonly heardAt?: number
  readonly lag?: { readonly revisions: number; readonly seconds: number }
}

/** `GET /fleet`. */
interface Heard {
  readonly replicas: readonly Member[]
  readonly counts: Readonly<Record<StatusReport['kind'], number>>
}

export interface FleetView {
  /** The page's replica has changed: shows its row as it is now. */
  refresh(): void
  /** Asks the gateway how the others are. */
  poll(): Promise<void>
}

/** Browsers come and go by the thousand; these are the ones heard last. */
const mostBrowsers = 20

/** Who is there says so every 10 s. */
const silentAfterMs = 30_000

export function createFleetView(ask: Ask, replica: Replica): FleetView {
  const rows = new Map<string, HTMLElement>()
  let heard: Heard = { replicas: [], counts: { gateway: 0, edge: 0, browser: 0 } }

  function refresh(): void {
    const own = replica.status()
    const others = heard.replicas.filter((member) => member.replica !== own.replica)
    const hidden = heard.counts.browser - browsersIn(heard.replicas)
    const body = [own, ...others].toSorted(byKind).map(rowOf)
    const table = find('replicas')
    if (body.some((row, at) => table.children[at] !== row) || table.children.length > body.length)
      table.replaceChildren(...body)
    setNotice(find('replicas-more'), hidden > 0 ? `and ${hidden} more browsers` : undefined)
  }

  function rowOf(member: Member): HTMLElement {
    const row = rows.get(member.replica) ?? copy('replica')
    rows.set(member.replica, row)
    fill(row, member)
    return row
  }

  return {
    refresh,
    async poll() {
      try {
        const answer = JSON.parse(await ask(`/fleet?browsers=${mostBrowsers}`)) as Heard
        heard = { ...answer, replicas: answer.replicas.map(whoAnswered) }
        setNotice(find('fleet-error'), undefined)
      } catch (error) {
        const reason = `${codeOf(error, 'ERR_REFUSED')}: ${messageOf(error)}`
        setNotice(find('fleet-error'), `${reason}. What follows is the last that was heard.`)
      }
      refresh()
    },
  }
}

/** The gateway is heard by its answer, also where it has nothing to report. */
function whoAnswered(member: Member): Member {
  return member.kind === 'gateway' ? { ...member, heardAt: Date.now() } : member
}

function browsersIn(members: readonly Member[]): number {
  return members.filter(({ kind }) => kind === 'browser').length
}

const order = ['gateway', 'edge', 'browser']

/** Then the page itself, then whoever was heard last. */
function byKind(a: Member, b: Member): number {
  const kinds = order.indexOf(a.kind) - order.indexOf(b.kind)
  return kinds || (b.heardAt ?? Infinity) - (a.heardAt ?? Infinity)
}

function fill(row: HTMLElement, member: Member): void {
  const { replica, kind, heardAt, revision, lag, ready, healthy, refusal, engine, versions } =
    member
  row.dataset['kind'] = kind
  row.dataset['replica'] = replica
  row.dataset['own'] = String(heardAt === undefined)
  setText(part(row, 'kind'), heardAt === undefined ? 'this page' : kind)
  setText(part(row, 'replica'), replica)
  setText(part(row, 'revision'), revision ?? 'none')
  setText(part(row, 'lag'), lagText(lag))
  setText(part(row, 'engine'), engine ?? '–')
  part(row, 'engine').title = versions ? `Vedette ${versions.vedette}` : ''
  setFlag(part(row, 'ready'), ready)
  setFlag(part(row, 'healthy'), healthy)
  for (const of of ['policy', 'data'] as const) setTransaction(part(row, of), member.last[of])
  setText(part(row, 'refusal'), refusal ? `${refusal.code} at ${formatClock(refusal.at)}` : '–')
  part(row, 'refusal').title = refusal?.message ?? ''
  setHeard(row, heardAt)
}

/** What a silent replica said last is shown, but no longer as what holds. */
function setHeard(row: HTMLElement, heardAt = Infinity): void {
  const agoMs = Math.max(0, Date.now() - heardAt)
  row.dataset['silent'] = String(agoMs > silentAfterMs)
  const ago = `${formatSpan(agoMs / 1000)} ago`
  setText(part(row, 'heard'), heardAt === Infinity ? 'live' : ago)
}

function lagText(lag: Member['lag']): string {
  if (!lag || lag.revisions === 0) return 'none'
  const revisions = lag.revisions === 1 ? '1 revision' : `${lag.revisions} revisions`
  return `${revisions}, ${formatSpan(lag.seconds)}`
}

function setFlag(cell: HTMLElement, is: boolean): void {
  setText(cell, is ? 'yes' : 'no')
  cell.dataset['state'] = String(is)
}

function setTransaction(cell: HTMLElement, transaction: Transaction | undefined): void {
  setText(cell, transaction ? accountOf(transaction) : '–')
  cell.title = transaction?.id ?? ''
  cell.dataset['state'] = transaction?.success === false ? 'failed' : 'done'
}

function accountOf({ id, success, error, begin, end }: Transaction): string {
  const outcome = success ? `done in ${formatTime(end - begin)}` : `failed: ${shorten(error, 200)}`
  return `${shorten(id, 9)} ${outcome}, ${formatClock(end)}`
}
