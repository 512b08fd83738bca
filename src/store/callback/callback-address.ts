import { BlockList, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Whether a callback may go to an IPv4 address. */
export type AddressRule = (address: string) => boolean

/**
 * The rule that a store's operator wrote: `public`, `loopback`, `private`, an IPv4 address, or a network as in
 * `172.18.0.0/16`, each of which is allowed. What hands out the credentials of a machine is never allowed.
 *
 * @see docs/decisions/0021-where-callbacks-go.md
 */
export function addressRule(allowed: readonly string[]): AddressRule {
  const networks = blockList(allowed.filter((where) => !NAMES.has(where)))
  const kinds = new Set<string>(allowed)
  return (address) => {
    if (!isIPv4(address) || NEVER.check(address)) return false
    return networks.check(address) || kinds.has(kindOf(address))
  }
}

/** `public` is what is nothing else: an address of this very machine is not, for its firewall may stand before it. */
function kindOf(address: string): 'loopback' | 'private' | 'public' | 'reserved' {
  if (LOOPBACK.check(address)) return 'loopback'
  if (PRIVATE.check(address)) return 'private'
  return RESERVED.check(address) || isOurs(address) ? 'reserved' : 'public'
}

function isOurs(address: string): boolean {
  return Object.values(networkInterfaces()).some((those) => those?.some((one) => one.address === address))
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', length = '32', ...more] = network.split('/')
    const bits = /^\d{1,2}$/.test(length) ? Number(length) : Number.NaN
    if (!isIPv4(address) || !(bits <= 32) || more.length > 0)
      throw new TypeError(
        `"${network}" is not "public", "loopback", "private", an IPv4 address or a network such as 172.18.0.0/16.`,
      )
    list.addSubnet(address, bits)
  }
  return list
}

const NAMES = new Set(['public', 'loopback', 'private'])

/** "This network", link-local with the metadata of most clouds, that of Alibaba, Oracle and Azure, multicast, and what is beyond. */
const NEVER = blockList([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
  '224.0.0.0/4',
  '240.0.0.0/4',
])
const LOOPBACK = blockList(['127.0.0.0/8'])
/** Networks of one's own, and those that a provider shares among its customers. */
const PRIVATE = blockList(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'])
/** @see https://www.iana.org/assignments/iana-ipv4-special-registry */
const RESERVED = blockList([
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
])
