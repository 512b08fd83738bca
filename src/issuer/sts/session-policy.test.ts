import * as v from 'valibot'
import { expect, test } from 'vitest'
import { type SessionPolicy, SessionPolicySchema, sessionPolicy } from './session-policy.ts'

const SCOPE = { bucket: 'photos', dir: 'users/7/2026/11/24/uuid/', prefix: 'users/7/' }
const READING: SessionPolicy = {
  Version: '1',
  Statement: [
    { Effect: 'Allow', Action: 'oss:PutObject', Resource: `acs:oss:*:*:\${bucket}/\${dir}*` },
    { Effect: 'Allow', Action: ['oss:GetObject'], Resource: [`acs:oss:*:*:\${bucket}/\${prefix}*`] },
    {
      Effect: 'Deny',
      Action: ['oss:*'],
      Resource: ['acs:oss:*:*:photos/secret/*'],
      Condition: { Bool: { 'acs:SecureTransport': 'false' } },
    },
  ],
}

test('a session may put objects into one folder, whole or in parts, and nothing else', () => {
  expect(JSON.parse(sessionPolicy(SCOPE))).toEqual({
    Version: '1',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['oss:PutObject', 'oss:ListParts', 'oss:AbortMultipartUpload'],
        Resource: ['acs:oss:*:*:photos/users/7/2026/11/24/uuid/*'],
      },
    ],
  })
})

test("a policy written by hand is handed on, the session's own places filled in", () => {
  const { Statement } = JSON.parse(sessionPolicy(SCOPE, READING))
  expect(Statement.map(({ Resource }: { Resource: string[] }) => Resource)).toEqual([
    ['acs:oss:*:*:photos/users/7/2026/11/24/uuid/*'],
    ['acs:oss:*:*:photos/users/7/*'],
    ['acs:oss:*:*:photos/secret/*'],
  ])
  expect(Statement[2]).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'acs:SecureTransport': 'false' } } })
})

test.each(['users/*/', 'users/?/', '*'])(
  'a folder called %j is refused: it would stand for those of others',
  (prefix) => {
    expect(() => sessionPolicy({ ...SCOPE, prefix, dir: `${prefix}uuid/` })).toThrow('no session can be narrowed to it')
  },
)

test('a name in a folder is a text of the policy, whatever it holds', () => {
  const dir = `a"],"Action":["oss:Any"],"x":["/\\/中/\${bucket}/`
  expect(JSON.parse(sessionPolicy({ ...SCOPE, dir })).Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['oss:PutObject', 'oss:ListParts', 'oss:AbortMultipartUpload'],
      Resource: [`acs:oss:*:*:photos/${dir}*`],
    },
  ])
})

test('a policy as long as STS takes passes, and none longer', () => {
  const dirOf = (length: number) => `${'x'.repeat(length)}/`
  const room = 2048 - sessionPolicy({ ...SCOPE, dir: '/' }).length
  expect(sessionPolicy({ ...SCOPE, dir: dirOf(room) })).toHaveLength(2048)
  expect(() => sessionPolicy({ ...SCOPE, dir: dirOf(room + 1) })).toThrow('has 2049 bytes; STS takes 2048')
})

const STATEMENT = { Effect: 'Allow', Action: 'oss:PutObject', Resource: 'acs:oss:*:*:photos/a/*' }

test.each<[unknown, string]>([
  [{ Version: '2', Statement: [STATEMENT] }, 'Write "1".'],
  [{ Version: '1', Statement: [] }, 'Write a statement.'],
  [{ Version: '1', Statement: STATEMENT }, 'Write a list of statements.'],
  [{ Version: '1', Statement: [{ ...STATEMENT, Effect: 'allow' }] }, 'is none of Allow, Deny'],
  [{ Version: '1', Statement: [{ ...STATEMENT, Action: [] }] }, 'Write a text, or a list of them.'],
  [{ Version: '1', Statement: [{ ...STATEMENT, Action: 'PutObject' }] }, 'Write an action as "oss:PutObject".'],
  [{ Version: '1', Statement: [{ ...STATEMENT, Resource: 'photos/*' }] }, 'Write a resource as'],
  [
    { Version: '1', Statement: [{ ...STATEMENT, Resource: `acs:oss:*:*:photos/\${user}/*` }] },
    `There is no "\${user}"`,
  ],
  [{ Version: '1', Statement: [{ ...STATEMENT, Resource: 'acs:oss:*:*:photos/$dir*' }] }, 'There is no "$dir"'],
  [{ Version: '1', Statement: [{ ...STATEMENT, Principal: '*' }] }, 'There is no such member.'],
])('%j is no policy of a session: %s', (policy, sentence) => {
  const result = v.safeParse(SessionPolicySchema, policy)
  expect(result.issues?.map(({ message }) => message).join(' ')).toContain(sentence)
})

test('what is written well is a policy of a session', () => {
  expect(v.parse(SessionPolicySchema, READING)).toEqual(READING)
})
