import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

import { nowMs } from '../clock.ts'
import { authorization } from './onap-stage.ts'

export interface AskersOptions {
  readonly url: string
  readonly body: string
  /** Kept open until the end, each with one question at a time. */
  readonly connections: number
}

export interface Askers extends Disposable {
  /** Asks for so many decisions; how long each of them took, in ms. */
  ask(count: number): Promise<readonly number[]>
}

export function openAskers({ url, body, connections }: AskersOptions): Askers {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    async ask(count) {
      const tookMs: number[] = []
      let left = count
      async function asker(): Promise<void> {
        while (left-- > 0) {
          const begin = nowMs()
          await decide(`${url}/policy/pdpo/v1/decision`, body, agent)
          tookMs.push(nowMs() - begin)
        }
      }
      await Promise.all(Array.from({ length: connections }, asker))
      return tookMs
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

function decide(url: string, body: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const asking = request(url, { agent, method: 'POST', headers }, (response) => {
      text(response).then((answer) => {
        if (answer.startsWith('{"output":{')) resolve()
        else reject(new Error(`no decision: ${response.statusCode} ${answer}`))
      }, reject)
    })
    asking.on('error', reject)
    asking.end(body)
  })
}
