import type { Revision } from '@vedette/core/bundle/revision'
import { VedetteError } from '@vedette/core/errors'
import { stringifyJson } from '@vedette/core/json/stringify'
import { decodePush, encodeHeld } from '@vedette/core/protocol/messages'
import type { Content } from '@vedette/core/replica/content'
import { followOpal } from '@vedette/core/replica/opal-document'
import type { Lack } from '@vedette/core/replica/readiness'
import { createReadiness } from '@vedette/core/replica/readiness'
import type { Replica } from '@vedette/core/replica/replica'
import { openReplica } from '@vedette/core/replica/replica'
import { DurableObject } from 'cloudflare:workers'

import type { Edition } from './edition.ts'
import { createEdition, tryOut } from './edition.ts'
import type { EdgeEnv } from './env.ts'
import { scope } from './env.ts'
import type { Program } from './program.ts'
import { programOf } from './program.ts'
import { createRecentPatches, lengthOf } from './recent-patches.ts'
import type { DataStep } from './resident.ts'
import { createSqlStorage } from './sql-storage.ts'
import type { Standing } from './standing.ts'
import { dataPosition } from './standing.ts'
import type { ConfiguredTrust } from './trust.ts'
import { readTrust } from './trust.ts'

/** In UTF-16 units: heads are asked for again and again, and many at once. */
const longestSince = 16 * 1024

/**
 * The replica of a scope: one Durable Object that the gateway pushes to, over a WebSocket that hibernates or by POST,
 * and that the Worker's isolates ask. A push and its answer are the same text on both carriers; a binary message is
 * content of a push to come.
 */
export class ReplicaHub extends DurableObject<EdgeEnv> {
  readonly #configured: ConfiguredTrust
  readonly #editions = new WeakMap<Content, Edition>()
  readonly #patches = createRecentPatches()
  readonly #opal = followOpal(() => this.#opened().transactions())
  readonly #readiness = createReadiness({
    updaters: { policy: true, data: true },
    sources: () => [],
    startedAt: Date.now(),
  })
  #replica: Replica | undefined

  constructor(ctx: DurableObjectState, env: EdgeEnv) {
    super(ctx, env)
    this.#configured = readTrust(env.VEDETTE_TRUST)
    void ctx.blockConcurrencyWhile(async () => {
      this.#replica = await this.#open()
    })
  }

  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get('upgrade') === 'websocket') return this.#acceptSocket()
    const answer = await this.#answer(await request.text())
    return new Response(answer, { headers: { 'content-type': 'application/json' } })
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (typeof message === 'string') socket.send(await this.#answer(message))
    else await this.#opened().hold(new Uint8Array(message))
  }

  /** A hibernated socket is not closed from this side by itself: the other one would wait for its time-out. */
  override webSocketClose(socket: WebSocket): void {
    socket.close()
  }

  /**
   * Where this hub stands, null before the first head; for an isolate whose data is at `from`. It waits a moment to get
   * to the revision that it is asked for.
   */
  async head(from?: string, atLeast?: Revision): Promise<Standing | null> {
    if (atLeast) await this.#opened().waitFor(atLeast)
    const edition = this.#active()
    if (!edition) return null
    const { content, program, isolated, readsOpal } = edition
    const opal = readsOpal && !content.head.hidesOpal && { opal: this.opal() }
    const standing = { head: content.head, program, isolated, ...opal }
    const patches = this.#patches.between(from, dataPosition(content.head))
    if (from === undefined || !patches || lengthOf(patches) > longestSince) return standing
    return { ...standing, since: { from, patches } }
  }

  /** What the program of this id is made of, null when another one is in force by now. */
  program(id: string): Program | null {
    const edition = this.#active()
    if (edition?.program !== id) return null
    return programOf(edition.content)
  }

  /** The data at this position, from another one that is held if possible; null when it is not in force by now. */
  data(position: string, from?: string): DataStep | null {
    const edition = this.#active()
    if (!edition || dataPosition(edition.content.head) !== position) return null
    const patches = this.#patches.between(from, position)
    return patches ? { patches } : { text: edition.data() }
  }

  /** OPAL's document of the last transactions, as JSON text. */
  opal(): string {
    return stringifyJson(this.#opal())
  }

  /** What it lacks to be ready, or healthy. */
  lacks(): Record<'ready' | 'healthy', readonly Lack[]> {
    const log = this.#opened().transactions()
    return { ready: this.#readiness.ready(log), healthy: this.#readiness.healthy(log) }
  }

  async #open(): Promise<Replica> {
    const { storage } = this.ctx
    return openReplica({
      id: replicaId(storage),
      kind: 'edge',
      scope,
      trust: this.#configured.trust,
      storage: createSqlStorage(storage),
      activate: (content) => this.#activate(content),
    })
  }

  #opened(): Replica {
    if (this.#replica) return this.#replica
    throw new VedetteError('ERR_NOT_READY', 'the hub is not open')
  }

  #active(): Edition | undefined {
    const content = this.#opened().active()
    return content && this.#editions.get(content)
  }

  /** What storage kept was tried when it came: a hub that wakes up does not wait for an isolate. */
  async #activate(content: Content): Promise<void> {
    const before = this.#replica && this.#active()
    const edition = await createEdition(content, before)
    if (this.#replica) await tryOut(edition, before)
    if (before) this.#patches.note(content, dataPosition(before.content.head))
    this.#editions.set(content, edition)
  }

  #acceptSocket(): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Whatever came, the answer tells what is held, and why it was refused. */
  async #answer(message: string): Promise<string> {
    const replica = this.#opened()
    try {
      const push = decodePush(message)
      const { fault } = this.#configured
      if (fault) return encodeHeld({ ...(await replica.refuse(fault)), id: push.id })
      return encodeHeld(await replica.receive(push))
    } catch (error) {
      return encodeHeld(await replica.refuse(error))
    }
  }
}

/** Made up once: the object's own id is the same for every deployment of the same Worker name. */
function replicaId({ kv }: DurableObjectStorage): string {
  const kept = kv.get<string>('replica-id')
  if (kept) return kept
  const id = `edge-${crypto.randomUUID()}`
  kv.put('replica-id', id)
  return id
}
