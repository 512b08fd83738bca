import { expect, test } from 'vitest'
import { type SignedCall, sendAs, signedAs, WAYS } from '../sign-as.ts'
import { CREDENTIAL, fileStore, NOW, type Sent, send } from '../store-client.ts'

/** Each way in which a signed request is refused, and the moment before it is: docs/spec/auth.md sections 1 to 4. */

const store = await fileStore()
const GET = { method: 'GET', bucket: 'photos', key: 'a' }
const minutes = (count: number, seconds = 0) => new Date(NOW.getTime() + (count * 60 + seconds) * 1000)
type Change = (request: ReturnType<typeof signedAs>) => Sent
const header =
  (name: string, value: string): Change =>
  (request) => ({ ...request, headers: { ...request.headers, [name]: value } })
const authorization =
  (from: string | RegExp, to: string): Change =>
  (request) =>
    header('authorization', (request.headers['authorization'] ?? '').replace(from, to))(request)
const inTarget =
  (from: string | RegExp, to: string): Change =>
  (request) => ({ ...request, target: request.target.replace(from, to) })

const HEADER_ROWS: [string, Partial<SignedCall>, Change | undefined, string, string][] = [
  ['V1, 15 minutes late', { scheme: 'oss-v1', at: minutes(-15) }, undefined, '404 NoSuchKey', ''],
  [
    'V1, 15 minutes and a second late',
    { scheme: 'oss-v1', at: minutes(-15, -1) },
    undefined,
    '403 RequestTimeTooSkewed',
    '',
  ],
  ['V1, 15 minutes early', { scheme: 'oss-v1', at: minutes(15) }, undefined, '404 NoSuchKey', ''],
  [
    'V1, 15 minutes and a second early',
    { scheme: 'oss-v1', at: minutes(15, 1) },
    undefined,
    '403 RequestTimeTooSkewed',
    '',
  ],
  ['V4, 15 minutes late', { at: minutes(-15) }, undefined, '404 NoSuchKey', ''],
  ['V4, 15 minutes and a second late', { at: minutes(-15, -1) }, undefined, '403 RequestTimeTooSkewed', ''],
  ['V4, 15 minutes early', { at: minutes(15) }, undefined, '404 NoSuchKey', ''],
  ['V4, 15 minutes and a second early', { at: minutes(15, 1) }, undefined, '403 RequestTimeTooSkewed', ''],
  ['without a date', { scheme: 'oss-v1' }, header('x-oss-date', ''), '403 AccessDenied', ''],
  ['a date that is none', {}, header('x-oss-date', 'yesterday'), '403 AccessDenied', ''],
  ['a scope that ends otherwise', {}, authorization('aliyun_v4_request', 'aws4_request'), '400 InvalidArgument', ''],
  ['a scope of another product', {}, authorization('/oss/', '/ecs/'), '400 InvalidArgument', ''],
  ['a scope with a part missing', {}, authorization('/cn-hangzhou', ''), '400 InvalidArgument', ''],
  ['another region', {}, authorization('cn-hangzhou', 'cn-beijing'), '403 InvalidArgument', '0002-00000226'],
  ["the region as its endpoint's name", {}, authorization('/cn-', '/oss-cn-'), '403 InvalidArgument', '0002-00000226'],
  ['another day in the scope', {}, authorization('/20260102/', '/20260101/'), '400 InvalidArgument', '0002-00000212'],
  ['a payload hash', {}, header('x-oss-content-sha256', 'e3b0c442'), '400 InvalidArgument', '0002-00000214'],
  ['a scheme of somebody else', {}, header('authorization', 'Bearer x'), '400 InvalidArgument', ''],
  ['no signature', {}, authorization(/,Signature=.*/, ''), '400 InvalidArgument', ''],
  ['an unknown key', {}, authorization('test-key', 'nobody'), '403 InvalidAccessKeyId', '0002-00000902'],
  ['a wrong signature', {}, authorization(/Signature=./, 'Signature=g'), '403 SignatureDoesNotMatch', '0002-00000040'],
  ['signed twice', {}, inTarget('a', 'a?x-oss-signature=00'), '400 InvalidArgument', '0002-00000039'],
  ['signed in two schemes', {}, inTarget('a', 'a?Signature=00'), '400 InvalidArgument', '0002-00000039'],
]
const URL_ROWS: [string, Partial<SignedCall>, Change | undefined, string, string][] = [
  ['V1, in its last second', { scheme: 'oss-v1', at: minutes(-10) }, undefined, '404 NoSuchKey', ''],
  ['V1, a second later', { scheme: 'oss-v1', at: minutes(-10, -1) }, undefined, '403 AccessDenied', '0002-00000069'],
  ['V1 without Signature', { scheme: 'oss-v1' }, inTarget(/&Signature=[^&]*/, ''), '403 AccessDenied', ''],
  ['V1 without Expires', { scheme: 'oss-v1' }, inTarget(/&Expires=[^&]*/, ''), '403 AccessDenied', ''],
  ['V1 without OSSAccessKeyId', { scheme: 'oss-v1' }, inTarget(/OSSAccessKeyId=[^&]*&/, ''), '403 AccessDenied', ''],
  [
    'V1 with a later Expires',
    { scheme: 'oss-v1' },
    inTarget(/Expires=1/, 'Expires=2'),
    '403 SignatureDoesNotMatch',
    '0002-00000040',
  ],
  ['V1 with Expires in words', { scheme: 'oss-v1' }, inTarget(/Expires=[^&]*/, 'Expires=soon'), '403 AccessDenied', ''],
  [
    'V1 with Signature twice',
    { scheme: 'oss-v1' },
    inTarget(/$/, '&Signature=x'),
    '400 InvalidArgument',
    '0002-00000039',
  ],
  ['V4, in its last second', { at: minutes(-10) }, undefined, '404 NoSuchKey', ''],
  ['V4, a second later', { at: minutes(-10, -1) }, undefined, '403 AccessDenied', '0002-00000069'],
  ['V4, 15 minutes ahead', { at: minutes(15) }, undefined, '404 NoSuchKey', ''],
  ['V4, 15 minutes and a second ahead', { at: minutes(15, 1) }, undefined, '403 AccessDenied', ''],
  ['V4 of no life', {}, inTarget('expires=600', 'expires=0'), '400 InvalidArgument', '0002-00000216'],
  ['V4 of an empty life', {}, inTarget('expires=600', 'expires='), '400 InvalidArgument', '0002-00000216'],
  ['V4 of more than a week', {}, inTarget('expires=600', 'expires=604801'), '400 InvalidArgument', '0002-00000216'],
  ['V4 of another life', {}, inTarget('expires=600', 'expires=604800'), '403 SignatureDoesNotMatch', '0002-00000040'],
  ['V4 without a date', {}, inTarget(/&x-oss-date=[^&]*/, ''), '400 InvalidArgument', ''],
  ['V4 without a credential', {}, inTarget(/&x-oss-credential=[^&]*/, ''), '400 InvalidArgument', ''],
  ['V4 of another region', {}, inTarget('cn-hangzhou', 'cn-beijing'), '403 InvalidArgument', '0002-00000226'],
  ['V4 with a parameter more', {}, inTarget(/$/, '&foo=1'), '403 SignatureDoesNotMatch', '0002-00000040'],
]

async function expectAnswer(call: SignedCall, change: Change | undefined, expected: string, ec: string): Promise<void> {
  const request = signedAs(CREDENTIAL, call)
  const answer = await send(store, change?.(request) ?? request)
  expect(`${answer.status} ${answer.error.get('Code')}`).toBe(expected)
  expect(answer.error.get('EC') ?? '').toBe(ec)
  expect(answer.headers['x-oss-ec'] ?? '').toBe(ec)
}

test.each(HEADER_ROWS)('in its header, %s', async (_, call, change, expected, ec) => {
  for (const style of ['path', 'host'] as const) await expectAnswer({ ...GET, style, ...call }, change, expected, ec)
})

test.each(URL_ROWS)('in its URL, %s', async (_, call, change, expected, ec) => {
  for (const style of ['path', 'host'] as const)
    await expectAnswer({ ...GET, by: 'url', style, ...call }, change, expected, ec)
})

test.each(WAYS)('$scheme by $by, $style style: and a HEAD is told why in x-oss-err', async (way) => {
  const nobody = { accessKeyId: 'nobody', accessKeySecret: 'x' }
  const { status, headers, text } = await sendAs(store, nobody, { ...GET, ...way, method: 'HEAD' })
  expect({ status, text, ec: headers['x-oss-ec'] }).toEqual({ status: 403, text: '', ec: '0002-00000902' })
  expect(Buffer.from(headers['x-oss-err'] ?? '', 'base64').toString()).toContain('<Code>InvalidAccessKeyId</Code>')
})
