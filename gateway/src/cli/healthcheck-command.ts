import { messageOf } from '@vedette/core/errors'
import { Command } from 'commander'
import * as v from 'valibot'

const examples = `
Examples:
  vedette healthcheck
  vedette healthcheck --url http://gateway:8282 && echo alive

For container probes: silent and exit 0 when the gateway is healthy; otherwise why it is not, and exit 1. The account is
that of API_USER (policyadmin) and API_PASSWORD, or else of USER_NAME and PASSWORD; the default url is that of
VEDETTE_HOST and VEDETTE_PORT. Under TLS, NODE_EXTRA_CA_CERTS names the authority to trust.`

interface Options {
  readonly url: string
  /** In seconds. */
  readonly timeout: string
}

const { VEDETTE_HOST, VEDETTE_PORT, VEDETTE_TLS_CERT_FILE } = process.env
const here = `${VEDETTE_TLS_CERT_FILE ? 'https' : 'http'}://${hostOf(VEDETTE_HOST)}:${VEDETTE_PORT || 8282}`

export const healthcheckCommand: Command = new Command('healthcheck')
  .description('tell whether a gateway is healthy')
  .option('--url <base>', 'the gateway', here)
  .option('--timeout <seconds>', 'how long it may take to answer', '5')
  .addHelpText('after', examples)
  .action(async (options: Options) => {
    const problem = await problemOf(options).catch(reasonOf)
    if (problem === undefined) return
    process.stderr.write(`healthcheck failed: ${problem}\n`)
    process.exitCode = 1
  })

const HealthSchema = v.object({ healthy: v.boolean(), message: v.optional(v.string(), '') })

async function problemOf({ url, timeout }: Options): Promise<string | undefined> {
  const response = await fetch(new URL('/policy/pdpo/v1/healthcheck', url), {
    headers: { authorization: authorization() },
    signal: AbortSignal.timeout(Number(timeout) * 1000),
    redirect: 'error',
  })
  const { output, success } = v.safeParse(
    HealthSchema,
    await response.json().catch(() => undefined),
  )
  if (response.status === 200 && success && output.healthy) return undefined
  return success && output.message !== ''
    ? output.message
    : `the gateway answered ${response.status}`
}

/** Who listens everywhere listens here, too. */
function hostOf(host = ''): string {
  if (['', '0.0.0.0', '::'].includes(host)) return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

function authorization(): string {
  const { USER_NAME = 'policyadmin', PASSWORD = '' } = process.env
  const { API_USER: user = USER_NAME, API_PASSWORD: password = PASSWORD } = process.env
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** What `fetch` says is only that it failed; the cause says why. */
function reasonOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause ? error.cause : error)
}
