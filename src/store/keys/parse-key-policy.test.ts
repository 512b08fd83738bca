import { expect, test } from 'vitest'
import { MAX_KEY_POLICY_CHARACTERS } from '../../base/limits.ts'
import { KeysError } from './keys-error.ts'
import { encodeKeyPolicy, parseKeyPolicyText } from './parse-key-policy.ts'

const STATEMENT = { Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:photos/*' }
const whole = (statement: object) => JSON.stringify({ Version: '1', Statement: [statement] })

test('a RAM policy is read, whether a single value stands in a list or not', () => {
  const read = { statements: [{ effect: 'Allow', actions: ['oss:GetObject'], resources: ['photos/*'] }] }
  expect(parseKeyPolicyText(whole(STATEMENT))).toEqual(read)
  expect(
    parseKeyPolicyText(whole({ ...STATEMENT, Action: [STATEMENT.Action], Resource: [STATEMENT.Resource] })),
  ).toEqual(read)
})

test('what is written back is read as the same', () => {
  const policy = parseKeyPolicyText(
    JSON.stringify({
      Version: '1',
      Statement: [STATEMENT, { Effect: 'Deny', Action: ['*', 'oss:Put?bject'], Resource: ['*', 'acs:*:*:*:a:b/c'] }],
    }),
  )
  expect(parseKeyPolicyText(JSON.stringify(encodeKeyPolicy(policy)))).toEqual(policy)
})

test.each([
  ['acs:oss:*:*:*', '*'],
  ['acs:oss:*:*:photos', 'photos'],
  ['acs:oss:*:*:photos/a:b', 'photos/a:b'],
  ['acs:*:*:*:photos/*', 'photos/*'],
  ['*:oss:*:*:photos/*', 'photos/*'],
  ['*', '*'],
])('the resource %s stands for %s', (resource, place) => {
  expect(parseKeyPolicyText(whole({ ...STATEMENT, Resource: resource })).statements[0]?.resources).toEqual([place])
})

test.each([
  ['*', ['*'], ['*']],
  ['acs:oss:*:*:*', ['*'], undefined],
  ['acs:oss:*:*:role/uploader', ['role/uploader'], undefined],
  ['acs:ram::*:role/uploader', [], ['role/uploader']],
  ['acs:ram:*:*:role/*', [], ['role/*']],
  ['acs:*:*:*:role/uploader', ['role/uploader'], ['role/uploader']],
])('the resource %s stands for the objects %j and the roles %j', (resource, resources, roles) => {
  const policy = parseKeyPolicyText(whole({ ...STATEMENT, Resource: resource }))
  expect(policy.statements[0]?.resources).toEqual(resources)
  expect(policy.statements[0]?.roles).toEqual(roles)
  expect(parseKeyPolicyText(JSON.stringify(encodeKeyPolicy(policy)))).toEqual(policy)
})

test.each([
  ['{', 'Invalid JSON: the text ends too early (at character 2)'],
  ['[]', 'write an object, { … }.'],
  ['{}', '"Version" is missing.'],
  ['{"Version":"1"}', '"Statement" is missing.'],
  ['{"Version":1,"Statement":[]}', 'Version: write a text, in double quotes.'],
  ['{"Version":"2012-10-17","Statement":[]}', 'Version: write "1".'],
  ['{"Version":"1","Statement":{}}', 'Statement: write a list, [ … ].'],
  ['{"Version":"1","Statement":[]}', 'Statement: it needs one statement at least.'],
  ['{"Version":"1","Statement":[1]}', 'Statement[0]: write an object, { … }.'],
  ['{"Version":"1","Statment":[]}', 'there is no member "Statment". Did you mean "Statement"?'],
  ['{"Version":"1","statement":[]}', 'there is no member "statement". Did you mean "Statement"?'],
  ['{"Version":"1","Id":"a","Statement":[]}', 'there is no member "Id". It may have "Version", "Statement".'],
  ['{"Version":"1","Version":"1","Statement":[]}', 'Invalid JSON: the name "Version" occurs twice in one object'],
])('%s is refused: %s', (text, sentence) => {
  expect(() => parseKeyPolicyText(text)).toThrow(KeysError)
  expect(() => parseKeyPolicyText(text)).toThrow(sentence)
})

const STATEMENTS: [object, string][] = [
  [{ Effect: 'allow' }, 'Statement[0].Effect: write "Allow" or "Deny".'],
  [{ Effect: undefined }, 'Statement[0]: "Effect" is missing.'],
  [{ Action: [] }, 'Statement[0].Action: the list is empty.'],
  [{ Action: 7 }, 'Statement[0].Action: write a list, [ … ].'],
  [{ Action: ['oss:GetObject', 7] }, 'Statement[0].Action[1]: write a text, in double quotes.'],
  [{ Action: 'GetObject' }, 'Statement[0].Action: "GetObject" is no action. Write it as "oss:GetObject"'],
  [{ Action: 'oss:Get Object' }, 'Statement[0].Action: "oss:Get Object" is no action.'],
  [{ Action: '' }, 'Statement[0].Action: "" is no action.'],
  [{ Actions: 'oss:*' }, 'Statement[0]: there is no member "Actions". Did you mean "Action"?'],
  [{ Sid: 'a' }, 'Statement[0]: there is no member "Sid". It may have "Effect", "Action", "Resource".'],
  [{ Resource: [] }, 'Statement[0].Resource: the list is empty.'],
  [
    { Resource: 'photos/*' },
    'Statement[0].Resource: "photos/*" is no resource. Write it as "acs:oss:*:*:bucket/key*".',
  ],
  [{ Resource: 'acs:oss:*:photos/*' }, 'is no resource'],
  [{ Resource: 'acs:oss:*:*:' }, 'is no resource'],
  [{ Resource: 'acs:ecs:*:*:photos' }, 'is no resource'],
  [{ Resource: 'arn:aws:s3:::photos/*' }, 'is no resource'],
  [
    { Resource: 'acs:ram::1234:role/a' },
    'names a region or an account; the store has one region and one account. Write "acs:ram:*:*:role/a".',
  ],
  [{ Resource: 'acs:ram:cn-hangzhou:*:role/a' }, 'names a region or an account'],
  [{ Resource: 'acs:oss::*:photos' }, 'names a region or an account'],
  [{ Resource: 'acs:oss:cn-hangzhou:*:photos/*' }, 'names a region or an account; the store has one region'],
  [{ Resource: ['*', 'acs:oss:*:1234:photos/*'] }, 'Statement[0].Resource[1]: "acs:oss:*:1234:photos/*" names'],
  [
    { Condition: {} },
    'Statement[0]: this store does not support "Condition", and without it, the statement would cover more',
  ],
  [{ NotAction: 'oss:*' }, 'does not support "NotAction"'],
  [{ NotResource: '*' }, 'does not support "NotResource"'],
  [{ Principal: ['*'] }, 'does not support "Principal"'],
]

test.each(STATEMENTS)('a statement with %j is refused: %s', (changes, sentence) => {
  expect(() => parseKeyPolicyText(whole({ ...STATEMENT, ...changes }))).toThrow(sentence)
})

test.each([
  [MAX_KEY_POLICY_CHARACTERS, true],
  [MAX_KEY_POLICY_CHARACTERS + 1, false],
])('actions and resources of %d characters together are read: %s', (characters, isRead) => {
  const room = characters - 'oss:GetObject'.length - 'photos/'.length
  const parse = () => parseKeyPolicyText(whole({ ...STATEMENT, Resource: `acs:oss:*:*:photos/${'a'.repeat(room)}` }))
  if (isRead) expect(parse().statements).toHaveLength(1)
  else expect(parse).toThrow(`have ${characters} characters; ${MAX_KEY_POLICY_CHARACTERS} are the most that is read.`)
})
