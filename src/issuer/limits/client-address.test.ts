import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClientAddress, networkOf, type TrustProxy } from './client-address.ts'

function clientOf(trustProxy: TrustProxy | undefined, address: string | undefined, forwarded?: string) {
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const onError = () => {}
  return createClientAddress(trustProxy, onError)(new Request('http://app.local/', { headers }), { address })
}

const CLIENT = '203.0.113.7'
const LIE = '198.51.100.1'
const PROXY = '10.0.0.2'
const CDN = '192.0.2.44'

const chains: { trust: TrustProxy | undefined; forwarded?: string; peer: string; client: string; why: string }[] = [
  { trust: undefined, peer: CLIENT, client: CLIENT, why: 'nobody is in front' },
  { trust: undefined, forwarded: LIE, peer: CLIENT, client: CLIENT, why: 'nobody is in front, and the client lies' },
  { trust: 0, forwarded: LIE, peer: CLIENT, client: CLIENT, why: 'it is said that nobody is in front' },
  { trust: 1, forwarded: CLIENT, peer: PROXY, client: CLIENT, why: 'one proxy is in front' },
  { trust: 1, forwarded: `${LIE}, ${CLIENT}`, peer: PROXY, client: CLIENT, why: 'the client lies to the proxy' },
  { trust: 2, forwarded: `${CLIENT}, ${CDN}`, peer: PROXY, client: CLIENT, why: 'two proxies are in front' },
  { trust: 2, forwarded: `${LIE}, ${CLIENT}, ${CDN}`, peer: PROXY, client: CLIENT, why: 'the client lies to two' },
  { trust: 2, forwarded: CLIENT, peer: PROXY, client: CLIENT, why: 'one of two was passed by' },
  { trust: 1, peer: CLIENT, client: CLIENT, why: 'the proxy was passed by' },
  { trust: ['10.0.0.0/8'], forwarded: CLIENT, peer: PROXY, client: CLIENT, why: 'a proxy of a network is in front' },
  { trust: ['10.0.0.0/8'], forwarded: LIE, peer: CLIENT, client: CLIENT, why: 'the proxy was passed by, with a lie' },
  { trust: [PROXY, CDN], forwarded: `${LIE}, ${CLIENT}, ${CDN}`, peer: PROXY, client: CLIENT, why: 'both are known' },
  { trust: [PROXY], forwarded: `${LIE}, ${CDN}`, peer: PROXY, client: CDN, why: 'the second is not known' },
  { trust: ['10.0.0.0/8'], forwarded: '10.9.9.9', peer: PROXY, client: '10.9.9.9', why: 'the client is inside too' },
  { trust: ['fd00::/8'], forwarded: CLIENT, peer: 'fd00::1', client: CLIENT, why: 'the proxy has an IPv6 address' },
  { trust: ['10.0.0.0/8'], forwarded: CLIENT, peer: `::ffff:${PROXY}`, client: CLIENT, why: 'IPv4 is written as IPv6' },
  { trust: 1, forwarded: `${CLIENT}:4711`, peer: PROXY, client: CLIENT, why: 'the proxy adds the port' },
  {
    trust: 1,
    forwarded: '[2001:db8::1]:4711',
    peer: PROXY,
    client: '2001:db8::1',
    why: 'the proxy adds a port to IPv6',
  },
  { trust: 1, forwarded: 'unknown', peer: PROXY, client: PROXY, why: 'the proxy does not know' },
  { trust: 1, forwarded: `${LIE}, evil`, peer: PROXY, client: PROXY, why: 'what was added is no address' },
  { trust: 1, forwarded: '', peer: PROXY, client: PROXY, why: 'the proxy adds nothing' },
]

test.each(chains)('the client is found where $why', ({ trust, forwarded, peer, client }) => {
  expect(clientOf(trust, peer, forwarded)).toBe(client)
})

test('whatever a client writes, it is not counted as another than the proxy saw', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme-ascii' }).filter((text) => !/[\r\n\0]/.test(text)),
      (lie) => {
        expect(clientOf(1, PROXY, `${lie}, ${CLIENT}`)).toBe(CLIENT)
        expect(clientOf([PROXY], PROXY, `${lie}, ${CLIENT}`)).toBe(CLIENT)
      },
    ),
  )
})

test('a header without end is not read to its end', () => {
  expect(clientOf(['10.0.0.0/8'], PROXY, `${LIE}, ${Array(100).fill(PROXY).join(', ')}`)).toBe(PROXY)
})

test.each([undefined, '', 'localhost', '/run/postern.sock'])('%j is the address of nobody', (address) => {
  expect(clientOf(1, address, CLIENT)).toBeUndefined()
  expect(clientOf(undefined, address)).toBeUndefined()
})

test('what a framework gives in the place of a peer is not taken for one', () => {
  const addressOf = createClientAddress(undefined, () => {})
  // @ts-expect-error: Bun's server has an address of its own, which is an object
  expect(addressOf(new Request('http://a/'), { address: { address: CLIENT } })).toBeUndefined()
})

test('a proxy that nobody spoke of is noticed once', () => {
  const errors: unknown[] = []
  const addressOf = createClientAddress(undefined, (error) => errors.push(error))
  const request = new Request('http://a/', { headers: { 'x-forwarded-for': CLIENT } })
  expect(addressOf(request, { address: CLIENT })).toBe(CLIENT) // no proxy is out there
  expect(errors).toEqual([])
  for (const address of ['127.0.0.1', PROXY]) expect(addressOf(request, { address })).toBe(address)
  expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('trustProxy') })])
})

test.each([-1, 32, 1.5, ['proxy'], ['10.0.0.0/33'], ['10.0.0.0/8/8'], ['10.0.0.0/x'], ['::1/129'], ['']])(
  'trustProxy of %j is refused at the start',
  (trust) => {
    expect(() => createClientAddress(trust, () => {})).toThrow(/trustProxy/)
  },
)

const networks: { address: string; network: string }[] = [
  { address: '203.0.113.7', network: '203.0.113.7' },
  { address: '2001:db8::1', network: '2001:db8:0:0::/64' },
  { address: '2001:db8::ffff:ffff:ffff:ffff', network: '2001:db8:0:0::/64' },
  { address: '2001:db8:0:1::1', network: '2001:db8:0:1::/64' },
  { address: '2001:0DB8:0000:0001::1', network: '2001:db8:0:1::/64' },
  { address: '::1', network: '0:0:0:0::/64' },
]

test.each(networks)('$address is counted as $network', ({ address, network }) => {
  expect(networkOf(address)).toBe(network)
})

test('a client is the same however its address is written', () => {
  for (const address of ['::ffff:203.0.113.7', '::FFFF:cb00:7107', '0:0:0:0:0:ffff:203.0.113.7'])
    expect(clientOf(undefined, address)).toBe(CLIENT)
  expect(clientOf(undefined, 'fe80::1%eth0')).toBe('fe80::1')
})
