import { codeOf, messageOf } from '@vedette/core/errors'
import type { StatusReport, Transaction } from '@vedette/core/protocol/status-report'

import type { Ask } from './ask.ts'
import { copy, find, part, setNotice, setText } from './dom.ts'
import { formatAge, formatClock, formatTime, shorten } from './format.ts'
import type { Replica } from './replica.ts'

/** A replica's last word; the page's own is live, and has no time at which it was heard. */
type Member = StatusReport & { readonly heardAt?: number }

export interface FleetView {
  /** The page's replica has changed: shows its row as it is now. */
  refresh(): void
  /** Asks the gateway how the others are. */
  poll(): Promise<void>
}

/** Browsers come and go by the thousand; these are the ones heard last. */
const mostBrowsers = 20

export function createFleetView(ask: Ask, replica: Replica): FleetView {
  const rows = new Map<string, HTMLElement>()
  let heard: readonly Member[] = []

  function refresh(): void {
    const own = replica.status()
    const others = heard.filter((member) => member.replica !== own.replica)
    const shown = [own, ...others].toSorted(byKind)
    const browsers = shown.filter(({ kind }) => kind === 'browser')
    const hidden = new Set(browsers.slice(mostBrowsers))
    const body = shown.filter((member) => !hidden.has(member)).map(rowOf)
    const table = find('replicas')
    if (body.some((row, at) => table.children[at] !== row) || table.children.length > body.length)
      table.replaceChildren(...body)
    setNotice(find('replicas-more'), hidden.size ? `and ${hidden.size} more browsers` : undefined)
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
        const text = await ask('/fleet')
        heard = (JSON.parse(text) as { replicas: readonly Member[] }).replicas
        setNotice(find('fleet-error'), undefined)
      } catch (error) {
        const reason = `${codeOf(error, 'ERR_REFUSED')}: ${messageOf(error)}`
        setNotice(find('fleet-error'), `${reason}. What follows is the last that was heard.`)
      }
      refresh()
    },
  }
}

const order = ['gateway', 'edge', 'browser']

/** Then the page itself, then whoever was heard last. */
function byKind(a: Member, b: Member): number {
  const kinds = order.indexOf(a.kind) - order.indexOf(b.kind)
  return kinds || (b.heardAt ?? Infinity) - (a.heardAt ?? Infinity)
}

function fill(row: HTMLElement, member: Member): void {
  const { replica, kind, heardAt, revision, ready, healthy, refusal } = member
  row.dataset['kind'] = kind
  row.dataset['replica'] = replica
  row.dataset['own'] = String(heardAt === undefined)
  setText(part(row, 'kind'), heardAt === undefined ? 'this page' : kind)
  setText(part(row, 'replica'), replica)
  setText(part(row, 'revision'), revision ?? 'none')
  setFlag(part(row, 'ready'), ready)
  setFlag(part(row, 'healthy'), healthy)
  for (const of of ['policy', 'data'] as const)
    setTransaction(
      part(row, of),
      member.transactions.findLast((done) => done.kind === of),
    )
  setText(part(row, 'refusal'), refusal ? `${refusal.code} at ${formatClock(refusal.at)}` : '–')
  part(row, 'refusal').title = refusal?.message ?? ''
  setText(part(row, 'heard'), heardAt === undefined ? 'live' : formatAge(heardAt, Date.now()))
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
