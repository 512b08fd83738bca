import { beforeAll, describe, expect, test } from 'vitest'
import { ossV1 } from '../../src/sign/oss-v1.ts'
import { ossV4 } from '../../src/sign/oss-v4.ts'
import { s3V2 } from '../../src/sign/s3-v2.ts'
import { s3V4 } from '../../src/sign/s3-v4.ts'
import type { Credential, Signer } from '../../src/sign/signer.ts'
import type { Store } from '../../src/store/open-store.ts'
import { sendAs, signedAs, WAYS } from '../sign-as.ts'
import { fileStore, formEntries, freshKey, kept, post, postEntries, REGION, send, signed } from '../store-client.ts'
import { allowing, assume, postCall, signedCall } from '../sts-call.ts'

/** Who has a temporary key for one folder, and mixes what the schemes call its token until something gives way. */

let store: Store
let mine: Required<Credential>
let other: Required<Credential>
beforeAll(async () => {
  store = await fileStore({ roles: [{ name: 'uploader' }] })
  mine = await assume(store, { Policy: allowing('oss:PutObject', 'photos/users/7/*') })
  other = await assume(store, { Policy: allowing('oss:PutObject', 'photos/users/8/*') })
})

const OWN = 'users/7/a'
const OTHERS = 'users/8/a'
const TOKEN_FIELDS = ['x-oss-security-token', 'x-amz-security-token', 'security-token']
const SCHEMES: [string, (credential: Credential) => Signer][] = [
  ['oss-v1', ossV1],
  ['oss-v4', (credential) => ossV4(credential, REGION)],
  ['s3-v2', s3V2],
  ['s3-v4', (credential) => s3V4(credential, REGION)],
]

/** S3 wants every field named. */
const naming = (key: string) =>
  [
    { op: 'eq', field: 'bucket', value: 'photos' },
    { op: 'eq', field: 'key', value: key },
  ] as const

type Fields = Record<string, string>

function withoutToken(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !TOKEN_FIELDS.includes(name.toLowerCase())))
}

describe.each(SCHEMES)('a form of the scheme %s', (_, signer) => {
  const form = (key: string) => signed({ key }, naming(key), signer(mine))

  test('lets its folder be written to', async () => {
    expect((await post(store, form(`users/7/${freshKey()}`))).status).toBe(204)
  })

  test('keeps to the folder whatever the token is called, and however often it is there', async () => {
    for (const name of TOKEN_FIELDS) {
      await post(store, { ...withoutToken(form(OTHERS)), [name]: mine.securityToken })
      await post(store, { ...form(OTHERS), [name]: other.securityToken })
      const twice = [...formEntries(form(OTHERS))]
      twice.unshift({ name, value: other.securityToken }, { name, value: mine.securityToken })
      await postEntries(store, twice)
    }
    expect(await kept(store, OTHERS)).toBeUndefined()
  })

  test('is worth nothing without its token, or with that of somebody else', async () => {
    const bare = withoutToken(form(OWN))
    const tries = [bare, ...TOKEN_FIELDS.map((name): Fields => ({ ...bare, [name]: other.securityToken }))]
    for (const fields of [...tries, ...TOKEN_FIELDS.map((name): Fields => ({ ...bare, [name]: '' }))])
      expect((await post(store, fields)).status, Object.keys(fields).join()).toBe(403)
    expect(await kept(store, OWN)).toBeUndefined()
  })

  test('is not carried further by the fields of another scheme, signed with the same key', async () => {
    for (const [, another] of SCHEMES)
      await post(store, { ...signed({ key: OTHERS }, naming(OTHERS), another(mine)), ...form(OTHERS) })
    expect(await kept(store, OTHERS)).toBeUndefined()
  })
})

test.each(WAYS)('a request by $scheme, $by, $style: a token that stands elsewhere opens nothing', async (way) => {
  const { securityToken, ...bare } = mine
  for (const name of TOKEN_FIELDS) {
    const call = { method: 'PUT', bucket: 'photos', key: OTHERS, body: 'hello', ...way }
    const inHeader = signedAs(bare, { ...call, headers: { [name]: securityToken } })
    const inQuery = signedAs(bare, { ...call, query: [[name, securityToken]] })
    for (const request of [inHeader, inQuery]) expect((await send(store, request)).status).toBeGreaterThanOrEqual(400)
    const both = signedAs(mine, { ...call, headers: { [name]: other.securityToken } })
    expect((await send(store, both)).status).toBeGreaterThanOrEqual(400)
  }
  expect(await kept(store, OTHERS)).toBeUndefined()
})

test('a temporary key cannot ask for another that may do more or lives longer, by any spelling of its token', async () => {
  const RoleArn = 'acs:ram::1:role/uploader'
  const bare = { accessKeyId: mine.accessKeyId, accessKeySecret: mine.accessKeySecret }
  for (const changes of [{}, { SecurityToken: mine.securityToken }, { securityToken: mine.securityToken }]) {
    const answer = await postCall(store, signedCall({ RoleArn, DurationSeconds: '43200', ...changes }, bare))
    expect([400, 403]).toContain(answer.status)
    expect(answer.text).not.toContain('AccessKeySecret')
  }
})

const FOLDERS: [pattern: string, key: string, isIn: boolean][] = [
  ['photos/users/7/*', 'users/7/../8/a', true], // a key is no path: this one lies in the folder, and is called so
  ['photos/users/7/*', 'users/7', false],
  ['photos/users/7/*', 'users/70/a', false],
  ['photos/users/7/*', 'Users/7/a', false],
  ['photos/users/7/*', '/users/7/a', false],
  ['photos/users/7/*', 'users%2F7/a', false],
  ['photos/users/7/*', 'x/photos/users/7/a', false],
  ['photos/[a-z]/*', 'b/a', false],
  ['photos/.*/*', 'b/a', false],
]

test.each(FOLDERS)('a session for %s and the key %s: %s', async (pattern, key, isIn) => {
  const session = await assume(store, { Policy: allowing('oss:PutObject', pattern) })
  const { status } = await sendAs(store, session, { method: 'PUT', bucket: 'photos', key, body: 'a' })
  expect(status === 200).toBe(isIn)
})
