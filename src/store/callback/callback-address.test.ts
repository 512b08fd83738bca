import { networkInterfaces } from 'node:os'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressRule } from './callback-address.ts'

/** Where callbacks may go: docs/decisions/0021-where-callbacks-go.md. */

const EVERYTHING = ['public', 'loopback', 'private', '0.0.0.0/0']

test.each([
  ['8.8.8.8', 'public'],
  ['1.0.0.0', 'public'],
  ['223.255.255.255', 'public'],
  ['172.15.255.255', 'public'],
  ['172.32.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.128.0.0', 'public'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.0.1', 'private'],
  ['100.64.0.0', 'private'],
  ['100.127.255.255', 'private'],
  ['192.0.2.1', 'neither'],
  ['198.18.0.1', 'neither'],
  ['198.51.100.1', 'neither'],
  ['203.0.113.1', 'neither'],
])('%s is %s', (address, kind) => {
  for (const one of ['public', 'loopback', 'private']) expect(addressRule([one])(address), one).toBe(one === kind)
  expect(addressRule([])(address)).toBe(false)
  expect(addressRule(['0.0.0.0/0'])(address)).toBe(true)
})

test.each([
  ['the metadata of AWS, Azure, Google and others', '169.254.169.254'],
  ['the metadata of Alibaba Cloud', '100.100.100.200'],
  ['the metadata of Oracle', '192.0.0.192'],
  ['the platform of Azure', '168.63.129.16'],
  ['a link-local address', '169.254.0.1'],
  ['no address', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['a multicast address', '224.0.0.1'],
  ['a reserved address', '240.0.0.1'],
  ['the broadcast address', '255.255.255.255'],
  ['IPv6', '2001:4860:4860::8888'],
  ['the loopback address of IPv6', '::1'],
  ['an address of IPv4 in IPv6', '::ffff:8.8.8.8'],
  ['a unique local address', 'fd00::1'],
  ['a link-local address of IPv6', 'fe80::1'],
  ['no address at all', 'localhost'],
  ['an address with a zero in front', '010.8.8.8'],
])('%s is never called, whatever is allowed', (_, address) => {
  expect(addressRule(EVERYTHING)(address)).toBe(false)
})

test('an address of this machine is not public, though others may reach it', () => {
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((those) => those ?? []))
    if (family === 'IPv4') expect(addressRule(['public'])(address), address).toBe(false)
})

test('an address or a network may be named', () => {
  const rule = addressRule(['10.1.2.3', '172.18.0.0/16'])
  expect(['10.1.2.3', '172.18.0.0', '172.18.255.255'].every(rule)).toBe(true)
  expect(['10.1.2.4', '172.17.255.255', '172.19.0.0', '8.8.8.8', '127.0.0.1'].some(rule)).toBe(false)
})

test.each([
  'everywhere',
  'Public',
  '',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0',
  '::1',
  'fd00::/8',
  'app.example',
])('%j says nothing of where callbacks may go', (where) => {
  expect(() => addressRule([where])).toThrow(TypeError)
})

test('what is public is in no network of one’s own', () => {
  const [isPublic, isOwn] = [addressRule(['public']), addressRule(['loopback', 'private'])]
  fc.assert(fc.property(fc.ipV4(), (address) => !(isPublic(address) && isOwn(address))))
})
