import type { Held } from '@vedette/core/protocol/held'
import { decodeHeld, encodePush } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'

import { Publisher } from './publisher.support.ts'

type Line = ReadableStreamDefaultController<Uint8Array>

const encoder = new TextEncoder()

/** The sync door of a gateway as a `fetch`, with a hand on every wire. */
export class FakeGateway {
  static async create(): Promise<FakeGateway> {
    return new FakeGateway(await Publisher.create())
  }

  readonly publisher: Publisher
  /** The query of every stream that was asked for. */
  readonly asked: URLSearchParams[] = []
  /** Every URL that was asked. */
  readonly urls: string[] = []
  readonly reports: Held[] = []
  /** Tokens that are let in; undefined lets in all. */
  tokens: readonly string[] | undefined
  /** False: nobody answers. */
  isUp = true
  /** What becomes of each line on its way. */
  onLine: (line: string) => string | undefined = (line) => line
  /** What becomes of each blob on its way. */
  onBlob: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes
  readonly #lines = new Set<Line>()

  constructor(publisher: Publisher) {
    this.publisher = publisher
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    this.urls.push(request.url)
    if (!this.isUp) throw new TypeError('fetch failed')
    return this.answer(request)
  }

  async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const [resource, digest = ''] = pathname.replace(/^.*\/sync\/v1\/default\//, '').split('/')
    if (!this.#isLetIn(request)) return new Response(null, { status: 401 })
    if (resource === 'stream') return this.#openStream(searchParams, request.signal)
    if (resource === 'blobs') return this.#blob(digest)
    this.reports.push(decodeHeld(await request.text()))
    return new Response(null, { status: 204 })
  }

  /** Sends a push to everyone who follows. */
  broadcast(push: Push): void {
    for (const line of this.#lines) this.#send(line, encodePush(push))
  }

  /** Sends text as it is. */
  write(text: string): void {
    for (const line of this.#lines) line.enqueue(encoder.encode(text))
  }

  /** Ends every stream. */
  cut(): void {
    for (const line of this.#lines) line.close()
    this.#lines.clear()
  }

  get followers(): number {
    return this.#lines.size
  }

  #isLetIn(request: Request): boolean {
    const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
    return this.tokens === undefined || this.tokens.includes(token)
  }

  #openStream(query: URLSearchParams, signal: AbortSignal): Response {
    this.asked.push(query)
    let line: Line | undefined
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        line = controller
        signal.addEventListener('abort', () => this.#lines.delete(controller) && controller.close())
        return this.#begin(controller, query)
      },
      cancel: () => void (line && this.#lines.delete(line)),
    })
    return new Response(body, { headers: { 'content-type': 'application/x-ndjson' } })
  }

  async #begin(line: Line, query: URLSearchParams): Promise<void> {
    const push = await this.publisher.since(Object.fromEntries(query))
    this.#lines.add(line)
    this.#send(line, encodePush(push))
  }

  #send(line: Line, text: string): void {
    const sent = this.onLine(text)
    if (sent !== undefined) line.enqueue(encoder.encode(`${sent}\n`))
  }

  #blob(digest: string): Response {
    const bytes = this.publisher.blob(digest)
    return bytes
      ? new Response(Uint8Array.from(this.onBlob(bytes)))
      : new Response(null, { status: 404 })
  }
}
