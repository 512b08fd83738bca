import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'
import type { Peer } from '../../http/peer.ts'

/**
 * Which proxies stand in front of the issuer, so that `X-Forwarded-For` says something: how many there are, or their addresses
 * (`10.0.0.0/8`). Anybody can write that header; only what these added to it counts.
 */
export type TrustProxy = number | readonly string[]

/** The address of the client, as limits count it; absent where it is not known. */
export type ClientAddress = (request: Request, peer: Peer) => string | undefined

/** More hops than anybody has; the rest of the header is not looked at. */
const MAX_HOPS = 32

/** @param onError told once where a proxy seems to stand in front that nobody spoke of */
export function createClientAddress(
  trustProxy: TrustProxy | undefined,
  onError: (error: unknown) => void,
): ClientAddress {
  if (trustProxy === undefined) return unproxied(onError)
  if (trustProxy === 0) return (_, peer) => peerAddress(peer)
  const clientOf = typeof trustProxy === 'number' ? byCount(trustProxy) : byAddress(trustProxy)
  return (request, peer) => {
    const nearest = peerAddress(peer)
    return nearest === undefined ? undefined : clientOf([nearest, ...forwardedFor(request)])
  }
}

/** `203.0.113.7` as it is; of an IPv6 address the first half, because its owner has all of the other. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  return `${groupsOf(address).slice(0, 4).join(':')}::/64`
}

/** Behind a proxy everybody would be counted as one address, so whoever runs the issuer should hear of it. */
function unproxied(onError: (error: unknown) => void): ClientAddress {
  let isSaid = false
  return ({ headers }, peer) => {
    const address = peerAddress(peer)
    if (!isSaid && headers.has('x-forwarded-for') && address !== undefined && isNear(address)) {
      isSaid = true
      onError(new Error(UNPROXIED))
    }
    return address
  }
}

const UNPROXIED =
  'A proxy seems to stand in front of the issuer, and all its clients are counted as one address. Set "trustProxy", to 0 if there is none.'

/** Where proxies are: on this machine, or in a network of one's own. */
function isNear(address: string): boolean {
  return NEAR.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

const NEAR = listOf(['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '::1', 'fc00::/7'])

/** Each proxy adds who spoke to it; so many from the right are ours, and the next is the client. */
function byCount(proxies: number): (hops: readonly string[]) => string | undefined {
  if (!Number.isInteger(proxies) || proxies < 0 || proxies >= MAX_HOPS)
    throw new TypeError(`trustProxy must be a whole number from 0 to ${MAX_HOPS - 1}, or a list of addresses.`)
  return (hops) => hops[Math.min(proxies, hops.length - 1)]
}

/** The first address from the right that is none of our proxies. */
function byAddress(proxies: readonly string[]): (hops: readonly string[]) => string | undefined {
  const trusted = listOf(proxies)
  const isTrusted = (address: string) => trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  return (hops) => hops.find((address) => !isTrusted(address)) ?? hops.at(-1)
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) addNetwork(list, network)
  return list
}

function addNetwork(list: BlockList, network: string): void {
  const [address = '', bits, ...rest] = network.split('/')
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  const most = family === 'ipv6' ? 128 : 32
  const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  if (isIP(address) === 0 || !isNetwork || rest.length > 0)
    throw new TypeError(`trustProxy holds ${JSON.stringify(network)}; write addresses such as "10.0.0.0/8" or "::1".`)
  if (bits === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(bits), family)
}

/** The addresses of the header from the right, as far as they are addresses. */
function forwardedFor({ headers }: Request): string[] {
  const entries = (headers.get('x-forwarded-for') ?? '').split(',').slice(-MAX_HOPS).reverse()
  const hops: string[] = []
  for (const entry of entries) {
    const address = plainAddress(entry.trim())
    if (address === undefined) break // what nobody of ours wrote, and all that is left of it
    hops.push(address)
  }
  return hops
}

/** A framework may give a second argument of its own to a handler, so it is looked at. */
function peerAddress({ address }: Peer): string | undefined {
  return typeof address === 'string' ? plainAddress(address) : undefined
}

/** Without a port, brackets or a zone; an IPv4 address that is written as IPv6 is IPv4. */
function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  const bare = text.match(/^\[([^\]]*)\](?::\d+)?$/)?.[1] ?? text.replace(/^([\d.]+):\d+$/, '$1')
  const address = bare.replace(/%.*$/, '').toLowerCase()
  if (isIP(address) === 0) return undefined
  return isIPv6(address) ? (embeddedIPv4(address) ?? address) : address
}

/** `::ffff:192.0.2.1`, in whichever way it is written. */
function embeddedIPv4(address: string): string | undefined {
  const groups = groupsOf(address)
  if (!groups.slice(0, 5).every((group) => group === '0') || groups[5] !== 'ffff') return undefined
  return groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff])
    .join('.')
}

/** The eight groups of an IPv6 address, each without zeros in front. */
function groupsOf(address: string): string[] {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const group = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16)
    return `${group(a, b)}:${group(c, d)}`
  })
  const [front = '', back] = hex.split('::')
  const before = front === '' ? [] : front.split(':')
  const after = back === undefined || back === '' ? [] : back.split(':')
  const zeros = new Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16))
}
