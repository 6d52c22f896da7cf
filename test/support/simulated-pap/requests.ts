import { randomUUID } from 'node:crypto'

import type { Request } from './messages.ts'
import { without } from './messages.ts'

export interface RequestsOptions {
  readonly send: (message: Request & { readonly requestId: string }) => void
  /** PAP waits 30 s, asks once more, and gives up after as long again. */
  readonly responseTimeoutMs: number
  readonly onGivenUp: (request: Request) => void
}

/** What PAP has to say to one PDP: one request at a time, at most one of a kind waiting. */
export interface Requests {
  /** Joins a request of the same kind; one that is out is superseded, and asked anew under a new id. */
  add(request: Request): void
  /** The request that `responseTo` answers, which is then done; undefined for a superseded or unknown id. */
  answered(responseTo: string): Request | undefined
  isEmpty(): boolean
  /** Forgets everything, as a PAP that is restarted. */
  clear(): void
}

export function createRequests({ send, responseTimeoutMs, onGivenUp }: RequestsOptions): Requests {
  let queue: readonly Request[] = []
  let out: { readonly id: string; readonly timer: NodeJS.Timeout } | undefined

  function ask(): void {
    const [request] = queue
    if (request === undefined) return
    const id = randomUUID()
    let isRetry = false
    const say = (): void => send({ ...request, requestId: id })
    const timer = setInterval(() => {
      if (isRetry) giveUp(request)
      else say()
      isRetry = true
    }, responseTimeoutMs)
    out = { id, timer }
    say()
  }

  function giveUp(request: Request): void {
    done()
    onGivenUp(request)
  }

  function silence(): void {
    clearInterval(out?.timer)
    out = undefined
  }

  function done(): void {
    silence()
    queue = queue.slice(1)
    ask()
  }

  return {
    add(request) {
      const at = queue.findIndex(({ messageName }) => messageName === request.messageName)
      const former = queue[at]
      if (former === undefined) {
        queue = [...queue, request]
        if (queue.length === 1) ask()
        return
      }
      const merged = merge(former, request)
      if (isSame(former, merged)) return
      queue = queue.with(at, merged)
      if (at > 0) return
      silence()
      ask()
    },
    answered(responseTo) {
      const [request] = queue
      if (responseTo !== out?.id) return undefined
      done()
      return request
    },
    isEmpty: () => queue.length === 0,
    clear() {
      silence()
      queue = []
    },
  }
}

/** What was to be deployed and is now to go goes, and the other way round. */
function merge(former: Request, latter: Request): Request {
  if (former.messageName !== 'PDP_UPDATE' || latter.messageName !== 'PDP_UPDATE') return latter
  const { policiesToBeDeployed: deploy, policiesToBeUndeployed: undeploy = [] } = latter
  const now = [...deploy, ...undeploy]
  return {
    ...former,
    ...latter,
    policiesToBeDeployed: [...without(former.policiesToBeDeployed, now), ...deploy],
    policiesToBeUndeployed: [...without(former.policiesToBeUndeployed ?? [], now), ...undeploy],
  }
}

const isSame = (a: Request, b: Request): boolean => JSON.stringify(a) === JSON.stringify(b)
