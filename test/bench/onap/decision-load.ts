import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

import { nowMs } from '../clock.ts'
import { authorization } from './onap-stage.ts'

/** How long each of the decisions took, in ms. */
export interface LoadOptions {
  readonly url: string
  readonly body: string
  readonly connections: number
  readonly count: number
}

/** Asks for decisions over so many connections, each with one question at a time. */
export async function decisionLoad(options: LoadOptions): Promise<readonly number[]> {
  const { url, body, connections, count } = options
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const tookMs: number[] = []
  let left = count
  async function worker(): Promise<void> {
    while (left-- > 0) {
      const begin = nowMs()
      await decide(`${url}/policy/pdpo/v1/decision`, body, agent)
      tookMs.push(nowMs() - begin)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return tookMs
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
