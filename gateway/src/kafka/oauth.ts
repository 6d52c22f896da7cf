import * as v from 'valibot'

export interface ClientCredentials {
  /** The token endpoint. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string | undefined
}

const patienceMs = 10_000

const AnswerSchema = v.object({ access_token: v.pipe(v.string(), v.nonEmpty()) })

/** A token by OAuth's client credentials grant, RFC 6749 §4.4, as Kafka's own clients ask for it. */
export async function fetchToken(client: ClientCredentials): Promise<string> {
  const { url, clientId, clientSecret, scope } = client
  const account = [clientId, clientSecret].map(formEncoded).join(':')
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(account).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope !== undefined && { scope }),
    }),
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  })
  if (!response.ok) throw new Error(`the token endpoint answers ${response.status}`)
  return v.parse(AnswerSchema, await response.json()).access_token
}

/** RFC 6749 §2.3.1: both are form-encoded before they become a basic account. */
function formEncoded(value: string): string {
  return new URLSearchParams({ '': value }).toString().slice(1)
}
