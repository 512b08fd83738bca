import { describe, expect, test } from 'vitest'
import { NOW, testStore } from '../../../test/store-client.ts'
import { assume, type CallAnswer, postCall, ROLE_ARN, signedCall } from '../../../test/sts-call.ts'
import type { Credential } from '../../sign/signer.ts'
import { stsStringToSign } from '../../sign/sts-request.ts'
import type { StoreCredential } from '../keys/own-keys.ts'

/** Who may call STS. docs/spec/auth.md section 5 */

const OWNER = { accessKeyId: 'owner', accessKeySecret: 'secret of the owner' }
const resultOf = ({ status, members }: CallAnswer) => `${status} ${status === 200 ? 'OK' : members['Code']}`
const ROLES = [{ name: 'uploader' }, { name: 'reader' }]

async function storeWith(...keys: readonly StoreCredential[]) {
  return await testStore({ credentials: [OWNER, ...keys], roles: ROLES })
}

test('a key that is unknown is told so', async () => {
  const unknown = { accessKeyId: 'nobody', accessKeySecret: 's' }
  const { status, members } = await postCall(await storeWith(), signedCall({}, unknown))
  expect(status).toBe(404)
  expect(members).toMatchObject({
    Code: 'InvalidAccessKeyId.NotFound',
    Message: 'Specified access key is not found. It is "nobody".',
  })
})

test('a wrong signature is answered with the text that was to be signed, and never with a secret', async () => {
  const store = await storeWith()
  const parameters = signedCall({}, { ...OWNER, accessKeySecret: 'another' })
  const { status, members, text } = await postCall(store, parameters)
  expect(status).toBe(400)
  expect(members).toMatchObject({
    Code: 'SignatureDoesNotMatch',
    Message: `Specified signature is not matched with our calculation. server string to sign is:${stsStringToSign('POST', parameters)}`,
  })
  expect(text).not.toContain(OWNER.accessKeySecret)
})

describe('a signature covers', () => {
  const CHANGES: [string, string][] = [
    ['RoleArn', 'acs:ram::1234567890123456:role/reader'],
    ['RoleSessionName', 'mallory'],
    ['DurationSeconds', '3600'],
    ['Policy', '{}'],
    ['SignatureNonce', 'another'],
    ['Timestamp', '2026-01-02T03:04:06Z'],
    ['Format', 'XML'],
    ['Anything', 'else'],
  ]
  test.each(CHANGES)('%s', async (name, value) => {
    const parameters = signedCall({}, OWNER)
    parameters.set(name, value)
    const answer = await postCall(await storeWith(), parameters)
    expect(answer.members['Code'] ?? answer.error.get('Code')).toBe('SignatureDoesNotMatch')
  })

  test('the absence of a policy', async () => {
    const parameters = signedCall({ Policy: '{}' }, OWNER)
    parameters.delete('Policy')
    expect(resultOf(await postCall(await storeWith(), parameters))).toBe('400 SignatureDoesNotMatch')
  })

  test('the method', async () => {
    const sent = { method: 'GET', target: `/?${signedCall({}, OWNER)}` }
    expect(resultOf(await postCall(await storeWith(), new URLSearchParams(), sent))).toBe('400 SignatureDoesNotMatch')
  })
})

describe('a call that was made before', () => {
  test('is not made again', async () => {
    const store = await storeWith()
    const parameters = signedCall({}, OWNER)
    expect(resultOf(await postCall(store, parameters))).toBe('200 OK')
    expect(resultOf(await postCall(store, parameters))).toBe('400 SignatureNonceUsed')
  })

  test('was not made where its signature was wrong', async () => {
    const store = await storeWith()
    const SignatureNonce = 'once'
    expect(resultOf(await postCall(store, signedCall({ SignatureNonce }, { ...OWNER, accessKeySecret: 'x' })))).toBe(
      '400 SignatureDoesNotMatch',
    )
    expect(resultOf(await postCall(store, signedCall({ SignatureNonce }, OWNER)))).toBe('200 OK')
  })

  test('is known by its key too: others may have the same nonce', async () => {
    const other = { accessKeyId: 'other', accessKeySecret: 's' }
    const store = await storeWith(other)
    for (const key of [OWNER, other])
      expect(resultOf(await postCall(store, signedCall({ SignatureNonce: 'once' }, key)))).toBe('200 OK')
  })

  test('is not forgotten while it could be made, however it is dated', async () => {
    let now = NOW
    const store = await testStore({ credentials: [OWNER], roles: ROLES, now: () => now })
    const ahead = new Date(NOW.getTime() + 15 * 60_000).toISOString()
    const parameters = signedCall({ Timestamp: ahead }, OWNER)
    expect(resultOf(await postCall(store, parameters))).toBe('200 OK')
    now = new Date(NOW.getTime() + 30 * 60_000)
    expect(resultOf(await postCall(store, parameters))).toBe('400 SignatureNonceUsed')
    now = new Date(NOW.getTime() + 30 * 60_000 + 1)
    expect(resultOf(await postCall(store, parameters))).toBe('400 InvalidTimeStamp.Expired')
  })
})

describe('which role a key may take is what its policy says', () => {
  const policy = (Action: string, Resource: string, Effect = 'Allow') => ({
    Version: '1',
    Statement: [{ Effect, Action, Resource }],
  })
  const both = {
    ...policy('*', '*'),
    Statement: [...policy('*', '*').Statement, ...policy('sts:*', 'acs:ram::*:role/UPLOADER', 'Deny').Statement],
  }
  const POLICIES: [object | undefined, string][] = [
    [undefined, '200 OK'],
    [policy('sts:AssumeRole', 'acs:ram::*:role/uploader'), '200 OK'],
    [policy('sts:AssumeRole', 'acs:ram:*:*:role/up*'), '200 OK'],
    [policy('sts:assumerole', '*'), '200 OK'],
    [policy('*', '*'), '200 OK'],
    [policy('sts:AssumeRole', 'acs:ram::*:role/reader'), '403 NoPermission'],
    [policy('sts:AssumeRole', 'acs:oss:*:*:*'), '403 NoPermission'],
    [policy('*', 'acs:oss:*:*:*'), '403 NoPermission'],
    [policy('oss:*', '*'), '403 NoPermission'],
    [both, '403 NoPermission'],
  ]

  test.each(POLICIES)('%j → %s', async (given, expected) => {
    const key = { accessKeyId: 'key', accessKeySecret: 's', ...(given && { policy: given }) }
    expect(resultOf(await postCall(await storeWith(key), signedCall({}, key)))).toBe(expected)
  })

  test('and whoever may not take a role is not told whether there is one', async () => {
    const key = { accessKeyId: 'key', accessKeySecret: 's', policy: policy('oss:*', '*') }
    const store = await storeWith(key)
    for (const role of ['uploader', 'nothing'])
      expect(resultOf(await postCall(store, signedCall({ RoleArn: `acs:ram::1:role/${role}` }, key)))).toBe(
        '403 NoPermission',
      )
  })
})

describe('a temporary key takes no role', () => {
  const calls = async (credential: Credential, SecurityToken?: string) => {
    const kept = { accessKeyId: 'STS.kept', accessKeySecret: 's', securityToken: 'token' }
    const store = await storeWith(kept)
    const key = credential.accessKeyId === '' ? await assume(store, {}, OWNER) : credential
    const token = SecurityToken === 'its own' ? key.securityToken : SecurityToken
    return resultOf(await postCall(store, signedCall({ SecurityToken: token }, key)))
  }
  const GIVEN = { accessKeyId: '', accessKeySecret: '' }
  const KEPT = { accessKeyId: 'STS.kept', accessKeySecret: 's', securityToken: 'token' }

  test.each([
    ['one of STS', GIVEN, 'its own', '403 NoPermission'],
    ['one of STS', GIVEN, undefined, '400 MissingSecurityToken'],
    ['one of STS', GIVEN, 'another', '403 NoPermission'],
    ['one of the key file', KEPT, 'its own', '403 NoPermission'],
    ['one of the key file', KEPT, undefined, '400 MissingSecurityToken'],
  ])('%s, with the token %s %s', async (_, key, token, expected) => {
    expect(await calls(key, token)).toBe(expected)
  })

  test('and a long-lived key that sends a token is told that it has none', async () => {
    expect(await calls(OWNER, 'token')).toBe('400 InvalidSecurityToken.MismatchWithAccessKey')
  })
})

test('a key that has expired calls no more', async () => {
  const key = { accessKeyId: 'key', accessKeySecret: 's', expires: NOW }
  expect(resultOf(await postCall(await storeWith(key), signedCall({}, key)))).toBe('400 InvalidAccessKeyId.Inactive')
})

test('the log and the metrics know the call by its name, and who made it', async () => {
  const { handler } = await storeWith()
  const about = async (parameters: URLSearchParams) => {
    const body = (async function* () {
      yield Buffer.from(String(parameters))
    })()
    const headers = new Map([['content-type', 'application/x-www-form-urlencoded']])
    const request = {
      method: 'POST',
      target: '/',
      headers,
      body,
      clientAddress: '::1',
      signal: new AbortController().signal,
    }
    return (await handler(request)).about
  }
  expect(await about(signedCall({}, OWNER))).toMatchObject({
    operation: 'assume-role',
    caller: { kind: 'signed', accessKeyId: 'owner' },
  })
  expect(await about(signedCall({ RoleArn: `${ROLE_ARN}s` }, OWNER))).toMatchObject({
    operation: 'assume-role',
    error: { reason: 'sts-role-unknown', code: 'EntityNotExist.Role' },
  })
})
