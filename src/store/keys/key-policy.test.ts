import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAllowed, judge, type KeyPolicy } from './key-policy.ts'
import { parseKeyPolicyText } from './parse-key-policy.ts'
import { readOnlyPolicy, uploadOnlyPolicy } from './ready-policies.ts'

const allow = (action: string | string[], resource: string | string[]) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
})
const deny = (action: string | string[], resource: string | string[]) => ({
  ...allow(action, resource),
  Effect: 'Deny',
})
const policy = (...Statement: object[]): KeyPolicy => parseKeyPolicyText(JSON.stringify({ Version: '1', Statement }))
const on = (place: string) => `acs:oss:*:*:${place}`

const SEVEN = policy(allow('oss:PutObject', on('photos/users/7/*')))

test.each([
  ['oss:PutObject', 'photos/users/7/a.png', true],
  ['oss:PutObject', 'photos/users/7/', true],
  ['oss:PutObject', 'photos/users/7', false],
  ['oss:PutObject', 'photos/users/70', false],
  ['oss:PutObject', 'photos/users/7x/a', false],
  ['oss:PutObject', 'photos/Users/7/a', false],
  ['oss:PutObject', 'photos', false],
  ['oss:PutObject', 'other/users/7/a', false],
  ['oss:PutObject', 'xphotos/users/7/a', false],
  ['oss:GetObject', 'photos/users/7/a', false],
  ['oss:PutObjectAcl', 'photos/users/7/a', false],
])('a policy that allows oss:PutObject on photos/users/7/*: %s on %s → %s', (action, place, allowed) => {
  expect(isAllowed(SEVEN, action, on(place))).toBe(allowed)
})

test('a key of another bucket that looks like a resource does not pass for one', () => {
  expect(isAllowed(SEVEN, 'oss:PutObject', on('other/a:b:photos/users/7/c'))).toBe(false)
  expect(isAllowed(SEVEN, 'oss:PutObject', on('other/acs:oss:*:*:photos/users/7/c'))).toBe(false)
})

test('the names of actions may be written in upper or lower case', () => {
  expect(isAllowed(policy(allow('OSS:putobject', '*')), 'oss:PutObject', on('photos/a'))).toBe(true)
  expect(isAllowed(policy(allow('*', '*'), deny('oss:putOBJECT', '*')), 'oss:PutObject', on('photos/a'))).toBe(false)
})

test.each([
  ['*', true],
  ['oss:*', true],
  ['oss:Get*', true],
  ['oss:GetObjec?', true],
  ['oss:*Object', true],
  ['oss:Put*', false],
  ['ram:*', false],
])('the action %s covers oss:GetObject: %s', (action, covers) => {
  expect(isAllowed(policy(allow(action, '*')), 'oss:GetObject', on('photos/a'))).toBe(covers)
})

describe('the resource of listing the buckets is "*"', () => {
  test.each([
    ['*', true],
    [on('*'), true],
    [on('photos'), false],
    [on('photos*'), false],
    [on('*photos'), false],
  ])('%s covers it: %s', (resource, covers) => {
    expect(isAllowed(policy(allow('oss:ListBuckets', resource)), 'oss:ListBuckets', on('*'))).toBe(covers)
  })
})

test('what one statement denies, no other allows, in whatever order they stand', () => {
  const statements = [allow('oss:*', on('photos/*')), deny('oss:DeleteObject', on('photos/keep/*'))]
  for (const one of [policy(...statements), policy(...statements.toReversed())]) {
    expect(judge([one], 'oss:DeleteObject', on('photos/a'))).toBe('allowed')
    expect(judge([one], 'oss:DeleteObject', on('photos/keep/a'))).toBe('denied')
    expect(judge([one], 'oss:GetObject', on('photos/keep/a'))).toBe('allowed')
    expect(judge([one], 'oss:GetObject', on('other/a'))).toBe('not allowed')
  }
})

test('action and resource must stand in one statement', () => {
  const crossed = policy(allow('oss:GetObject', on('photos/*')), allow('oss:PutObject', on('inbox/*')))
  expect(isAllowed(crossed, 'oss:PutObject', on('photos/a'))).toBe(false)
  expect(isAllowed(crossed, 'oss:GetObject', on('inbox/a'))).toBe(false)
})

test('of several policies each must allow it, and none may deny it', () => {
  const wide = policy(allow('oss:*', on('photos/*')))
  const narrow = policy(allow(['oss:GetObject', 'oss:PutObject'], [on('photos/7/*'), on('other/*')]))
  expect(judge([wide, narrow], 'oss:GetObject', on('photos/7/a'))).toBe('allowed')
  expect(judge([wide, narrow], 'oss:GetObject', on('photos/8/a'))).toBe('not allowed')
  expect(judge([wide, narrow], 'oss:GetObject', on('other/a'))).toBe('not allowed')
  expect(judge([wide, narrow, policy(deny('*', on('photos/7/a')))], 'oss:GetObject', on('photos/7/a'))).toBe('denied')
})

test('no policy at all allows everything', () => {
  expect(judge([], 'oss:DeleteBucket', on('photos'))).toBe('allowed')
})

test('another policy never allows more', () => {
  const places = fc.constantFrom('photos', 'photos/a', 'photos/b/c', '*', 'other/a')
  const actions = fc.constantFrom('oss:GetObject', 'oss:PutObject', 'oss:ListBuckets')
  const patterns = fc.constantFrom('*', 'oss:Get*', 'oss:*Object', 'oss:PutObject')
  const resources = fc.constantFrom('*', on('photos*'), on('photos/*'), on('*/a'), on('photos/b/?'))
  const statements = fc.record({ Effect: fc.constantFrom('Allow', 'Deny'), Action: patterns, Resource: resources })
  const policies = fc.array(statements, { minLength: 1, maxLength: 3 }).map((list) => policy(...list))
  fc.assert(
    fc.property(policies, fc.array(policies, { maxLength: 2 }), actions, places, (one, others, action, place) => {
      if (judge([one, ...others], action, on(place)) === 'allowed') expect(isAllowed(one, action, on(place))).toBe(true)
      if (judge([one], action, on(place)) === 'denied')
        expect(judge([...others, one], action, on(place))).toBe('denied')
    }),
  )
})

test.each([
  ['*', true],
  ['acs:*:*:*:*', true],
  ['acs:ram:*:*:*', true],
  ['acs:ram::*:role/*', true],
  ['acs:ram::*:role/Uploader', true],
  ['acs:ram::*:role/uploade?', true],
  ['acs:ram::*:role/upload', false],
  [on('*'), false],
  [on('role/uploader'), false],
])('a policy about %s is about the role uploader: %s', (resource, isAbout) => {
  expect(isAllowed(policy(allow('sts:AssumeRole', resource)), 'sts:AssumeRole', 'acs:ram:*:*:role/uploader')).toBe(
    isAbout,
  )
  expect(isAllowed(policy(allow('oss:*', resource)), 'sts:AssumeRole', 'acs:ram:*:*:role/uploader')).toBe(false)
})

test('a policy about a role is about no object, whatever its name', () => {
  expect(isAllowed(policy(allow('*', 'acs:ram::*:role/*')), 'oss:GetObject', on('role/uploader'))).toBe(false)
})

test('a resource of ours begins as all do; anything else is a mistake of the caller', () => {
  expect(() => isAllowed(SEVEN, 'oss:PutObject', 'photos/users/7/a')).toThrow(TypeError)
})

test.each([
  ['oss:GetObject', 'photos/a', true],
  ['oss:ListObjects', 'photos', true],
  ['oss:ListBuckets', '*', false],
  ['oss:PutObject', 'photos/a', false],
  ['oss:DeleteObject', 'photos/a', false],
  ['oss:GetObject', 'photos2/a', false],
])('a key that only reads photos: %s on %s → %s', (action, place, allowed) => {
  expect(isAllowed(readOnlyPolicy({ bucket: 'photos', prefix: '' }), action, on(place))).toBe(allowed)
})

test('a key that only reads below a prefix does not list, which would show other names', () => {
  const below = readOnlyPolicy({ bucket: 'photos', prefix: 'users/7/' })
  expect(isAllowed(below, 'oss:GetObject', on('photos/users/7/a'))).toBe(true)
  expect(isAllowed(below, 'oss:GetObject', on('photos/users/8/a'))).toBe(false)
  expect(isAllowed(below, 'oss:ListObjects', on('photos'))).toBe(false)
})

test.each([
  ['oss:PutObject', 'photos/users/7/a', 'allowed'],
  ['oss:AbortMultipartUpload', 'photos/users/7/a', 'allowed'],
  ['oss:PutObjectAcl', 'photos/users/7/a', 'denied'],
  ['oss:PutObject', 'photos/users/70', 'not allowed'],
  ['oss:GetObject', 'photos/users/7/a', 'not allowed'],
  ['oss:DeleteObject', 'photos/users/7/a', 'not allowed'],
])('a key that only uploads below users/7/: %s on %s → %s', (action, place, verdict) => {
  expect(judge([uploadOnlyPolicy({ bucket: 'photos', prefix: 'users/7/' })], action, on(place))).toBe(verdict)
})
