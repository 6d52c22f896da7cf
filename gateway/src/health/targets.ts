import { lookup as resolveName } from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'
import { isIP } from 'node:net'

import { VedetteError } from '@vedette/core/errors'
import ipaddr from 'ipaddr.js'
import type { Agent, fetch, RequestInit, Response } from 'undici'

/** Which addresses a *request* may make the gateway call. What the operator configured is not asked here. */
export interface Targets {
  /** Throws `ERR_TARGET` for another scheme than http(s), and for a literal address that is not allowed. */
  check(url: string): void
  /**
   * Connects only to allowed addresses, wherever a redirect leads: a name is checked after it is resolved, by the
   * connection itself.
   */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>
  /** These, and the host of a URL that the operator configured; to be closed by itself. */
  opened(url: string): Targets
  close(): Promise<void>
}

interface Client {
  readonly agent: Agent
  readonly fetch: typeof fetch
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = readonly [Address, number]

/** `allowed`: CIDRs, addresses and host patterns (`*.example.org`) beyond public addresses. */
export function createTargets(allowed: readonly string[]): Targets {
  const ranges = allowed.flatMap(rangesOf)
  const patterns = allowed.filter((item) => !isCidr(item))

  const isAllowedHost = (host: string): boolean =>
    patterns.some((pattern) => matchesHost(pattern, host))
  const isAllowed = (address: string): boolean => {
    const ip = ipaddr.process(address)
    return isPublic(ip) || ranges.some((range) => isWithin(ip, range))
  }

  function lookup(host: string, options: LookupOptions, done: LookupDone): void {
    resolveName(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, [])
      const good = isAllowedHost(host)
        ? addresses
        : addresses.filter(({ address }) => isAllowed(address))
      if (good.length === 0) return done(refusal(host), [])
      return done(null, good)
    })
  }

  /** An address written as such is never looked up. */
  function isForbiddenAddress(hostname: string): boolean {
    const host = bare(hostname)
    return ipaddr.isValid(host) && !isAllowed(host) && !isAllowedHost(host)
  }

  /** A gateway that calls nobody does without these megabytes. */
  async function load(): Promise<Client> {
    const { Agent, buildConnector, fetch } = await import('undici')
    const connect = buildConnector({ lookup })
    const agent = new Agent({
      connect(where, done) {
        if (isForbiddenAddress(where.hostname)) done(refusal(bare(where.hostname)), null)
        else connect(where, done)
      },
    })
    return { agent, fetch }
  }

  let client: Promise<Client> | undefined
  return {
    async fetch(url, init) {
      const { agent, fetch } = await (client ??= load())
      return fetch(url, { ...init, dispatcher: agent })
    },
    check(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined
      if (!url || !/^https?:$/.test(url.protocol))
        throw new VedetteError('ERR_TARGET', 'what is to be called is no http(s) URL')
      if (isForbiddenAddress(url.hostname)) throw refusal(bare(url.hostname))
    },
    opened: (url) =>
      createTargets(URL.canParse(url) ? [...allowed, bare(new URL(url).hostname)] : allowed),
    close: async () => (await client)?.agent.destroy(),
  }
}

/** Whether `VEDETTE_ALLOWED_TARGETS` may hold this: a host, a pattern of hosts, an address, or a CIDR. */
export function isTarget(item: string): boolean {
  if (isCidr(item)) return ipaddr.isValidCIDR(item)
  return isIP(item) !== 0 || /^(\*\.)?[\w.-]+$/.test(item)
}

/** What an item opens by number: a name that resolves to an address is as good as the address. */
function rangesOf(item: string): readonly Range[] {
  if (isCidr(item)) return [ipaddr.parseCIDR(item)]
  if (isIP(item) === 0) return []
  const ip = ipaddr.process(item)
  return [[ip, ip.kind() === 'ipv4' ? 32 : 128]]
}

/** An IPv6 address stands in brackets where a port may follow. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}

type LookupDone = (error: Error | null, addresses: LookupAddress[]) => void

function isCidr(item: string): boolean {
  return item.includes('/')
}

/** Azure's, which tells a machine's secrets at an address that is public by its number. */
const metadataService = '168.63.129.16'
/** All that is given to anyone of IPv6 so far; elsewhere IPv4 addresses hide in old notations. */
const globalUnicast: Range = ipaddr.parseCIDR('2000::/3')

function isPublic(ip: Address): boolean {
  if (ip.range() !== 'unicast' || ip.toString() === metadataService) return false
  return ip.kind() === 'ipv4' || isWithin(ip, globalUnicast)
}

function isWithin(ip: Address, [net, bits]: Range): boolean {
  return ip.kind() === net.kind() && ip.match(net, bits)
}

function refusal(host: string): VedetteError<'ERR_TARGET'> {
  return new VedetteError(
    'ERR_TARGET',
    `${host} is no public address, and VEDETTE_ALLOWED_TARGETS does not open it`,
  )
}

/** A host itself, or with `*.` before it any name below. */
function matchesHost(pattern: string, host: string): boolean {
  const wanted = pattern.toLowerCase()
  const given = host.toLowerCase()
  return wanted.startsWith('*.') ? given.endsWith(wanted.slice(1)) : given === wanted
}
