import { expect, test } from 'vitest'
import { MAX_KEYS } from '../../base/limits.ts'
import { encodeKeyFile, parseKeyFile } from './parse-keys.ts'

const KEY = { name: 'alice', accessKeyId: 'id', accessKeySecret: 'hunter2' }
const POLICY = { Version: '1', Statement: [{ Effect: 'Allow', Action: '*', Resource: 'acs:oss:*:*:photos/*' }] }
const ROLE = { name: 'Uploader', policy: POLICY, maxSessionSeconds: 7200 }
const file = (...keys: object[]) => JSON.stringify({ keys })
const withRoles = (...roles: object[]) => JSON.stringify({ keys: [], roles })

test('a file of keys is read, and written as it is read', () => {
  const { keys, roles } = parseKeyFile(
    file(KEY, {
      ...{ name: 'b@c.d-e_f', accessKeyId: 'STS.x', accessKeySecret: 's' },
      ...{ securityToken: 't', expires: '2026-11-24T12:00:00Z', policy: POLICY },
    }),
  )
  expect(keys).toEqual([
    { ...KEY, policies: [] },
    {
      ...{ name: 'b@c.d-e_f', accessKeyId: 'STS.x', accessKeySecret: 's', securityToken: 't' },
      expires: new Date('2026-11-24T12:00:00.000Z'),
      policies: [{ statements: [{ effect: 'Allow', actions: ['*'], resources: ['photos/*'] }] }],
    },
  ])
  expect(parseKeyFile(encodeKeyFile({ keys, roles }))).toEqual({ keys, roles: [] })
  expect(parseKeyFile('{"keys": []}')).toEqual({ keys: [], roles: [] })
})

test.each([
  ['', 'the text ends too early'],
  ['[]', 'write an object, { … }.'],
  ['{}', '"keys" is missing.'],
  ['{"keys":{}}', 'keys: write a list, [ … ].'],
  ['{"Keys":[]}', 'there is no member "Keys". Did you mean "keys"?'],
  ['{"keys":[],"version":1}', 'there is no member "version". It may have "keys", "roles".'],
  [file({ ...KEY, name: undefined }), 'keys[0]: "name" is missing.'],
  [file({ ...KEY, name: '' }), 'keys[0].name: write 1 to 1024 characters of ASCII'],
  [file({ ...KEY, name: 'a/b' }), 'keys[0].name: write 1 to 64 letters, digits and ". @ - _".'],
  [file({ ...KEY, name: 'a'.repeat(65) }), 'keys[0].name: write 1 to 64 letters'],
  [file({ ...KEY, accessKeySecret: undefined }), 'keys[0]: "accessKeySecret" is missing.'],
  [file({ ...KEY, accessKeySecret: '' }), 'keys[0].accessKeySecret: write 1 to 1024 characters of ASCII'],
  [file({ ...KEY, accessKeySecret: 'hunter2\n' }), 'keys[0].accessKeySecret: write 1 to 1024 characters of ASCII'],
  [file({ ...KEY, accessKeyId: 7 }), 'keys[0].accessKeyId: write a text, in double quotes.'],
  [file({ ...KEY, accessKeyID: 'x' }), 'keys[0]: there is no member "accessKeyID". Did you mean "accessKeyId"?'],
  [file({ ...KEY, polcy: {} }), 'keys[0]: there is no member "polcy". Did you mean "policy"?'],
  [file({ ...KEY, policy: {} }), 'keys[0].policy: "Version" is missing.'],
  [file({ ...KEY, policy: null }), 'keys[0].policy: write an object, { … }.'],
  [
    file({ ...KEY, policy: { ...POLICY, Statement: [{ Effect: 'x', Action: '*', Resource: '*' }] } }),
    'keys[0].policy.Statement[0].Effect: write',
  ],
  [file({ ...KEY, expires: 'tomorrow' }), 'keys[0].expires: write an instant in UTC, as in "2026-11-24T12:00:00Z".'],
  [file({ ...KEY, expires: '2026-02-30T12:00:00Z' }), 'keys[0].expires: write an instant'],
  [file({ ...KEY, expires: '2026-11-24T12:00:00+01:00' }), 'keys[0].expires: write an instant'],
  [file({ ...KEY, expires: 1764000000 }), 'keys[0].expires: write a text'],
  [file(KEY, { ...KEY, accessKeyId: 'other' }), 'keys[1].name: it is that of keys[0] too.'],
  [file(KEY, { ...KEY, name: 'other' }), 'keys[1].accessKeyId: it is that of keys[0] too.'],
])('%s is refused without showing a secret: %s', (text, sentence) => {
  expect(() => parseKeyFile(text)).toThrow(sentence)
  expect(() => parseKeyFile(text)).not.toThrow('hunter2')
})

test('roles stand beside the keys, and may be left out', () => {
  const { roles } = parseKeyFile(withRoles(ROLE, { name: 'any' }))
  expect(roles).toEqual([
    {
      name: 'uploader',
      policies: [{ statements: [{ effect: 'Allow', actions: ['*'], resources: ['photos/*'] }] }],
      maxSessionSeconds: 7200,
    },
    { name: 'any', policies: [], maxSessionSeconds: 3600 },
  ])
  expect(parseKeyFile(encodeKeyFile({ keys: [], roles }))).toEqual({ keys: [], roles })
})

test.each([
  [{}, 'roles[0]: "name" is missing.'],
  [{ name: '' }, 'roles[0].name: write 1 to 64 letters, digits, "." and "-".'],
  [{ name: 'a'.repeat(65) }, 'roles[0].name: write 1 to 64'],
  [{ name: 'a/b' }, 'roles[0].name: write 1 to 64'],
  [{ name: 'a', polcy: POLICY }, 'roles[0]: there is no member "polcy". Did you mean "policy"?'],
  [{ name: 'a', policy: {} }, 'roles[0].policy: "Version" is missing.'],
  [{ name: 'a', maxSessionSeconds: '3600' }, 'roles[0].maxSessionSeconds: write whole seconds, from 3600 to 43200.'],
  [{ name: 'a', maxSessionSeconds: 3599 }, 'roles[0].maxSessionSeconds: write whole seconds'],
  [{ name: 'a', maxSessionSeconds: 43_201 }, 'roles[0].maxSessionSeconds: write whole seconds'],
  [{ name: 'a', maxSessionSeconds: 3600.5 }, 'roles[0].maxSessionSeconds: write whole seconds'],
])('the role %j is refused: %s', (role, sentence) => {
  expect(() => parseKeyFile(withRoles(role))).toThrow(sentence)
})

test.each([3600, 43_200])('a session of a role may last up to %d seconds', (maxSessionSeconds) => {
  expect(parseKeyFile(withRoles({ name: 'a'.repeat(64), maxSessionSeconds })).roles[0]).toMatchObject({
    maxSessionSeconds,
  })
})

test('two roles whose names differ in upper and lower case alone are one', () => {
  expect(() => parseKeyFile(withRoles({ name: 'a' }, { name: 'A' }))).toThrow(
    'roles[1].name: it is that of roles[0] too.',
  )
})

test('a token that two keys have is refused', () => {
  const keys = [
    { ...KEY, securityToken: 't' },
    { name: 'b', accessKeyId: 'b', accessKeySecret: 'b', securityToken: 't' },
  ]
  expect(() => parseKeyFile(file(...keys))).toThrow('keys[1].securityToken: it is that of keys[0] too.')
})

test.each([
  [MAX_KEYS, true],
  [MAX_KEYS + 1, false],
])('%d keys are read: %s', (count, areRead) => {
  const keys = Array.from({ length: count }, (_, index) => ({ ...KEY, name: `n${index}`, accessKeyId: `k${index}` }))
  if (areRead) expect(parseKeyFile(file(...keys)).keys).toHaveLength(count)
  else
    expect(() => parseKeyFile(file(...keys))).toThrow(
      `keys: there are ${count}; ${MAX_KEYS} are the most that is read.`,
    )
})
