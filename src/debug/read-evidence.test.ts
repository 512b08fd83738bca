import { describe, expect, test } from 'vitest'
import { readEvidence } from './read-evidence.ts'

const FIELDS = { key: 'a.png', policy: 'e30=', ossaccesskeyid: 'ak', signature: 'c2ln' }
const FORM = { kind: 'form', fields: new Map(Object.entries(FIELDS)) }
const XML =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message><StringToSign>PUT\n\n&lt;a&gt;</StringToSign><OSSAccessKeyId>ak</OSSAccessKeyId></Error>'

const body = (line: string): string =>
  [...Object.entries(FIELDS), ['file', 'BYTES']]
    .map(([name, value]) => `--b${line}Content-Disposition: form-data; name="${name}"${line}${line}${value}${line}`)
    .join('')

describe('a curl command line', () => {
  test('sends a form with --form and --form-string, the file left out', () => {
    const line = `curl -sSi -F key=a.png --form-string 'policy=e30=' -FOSSAccessKeyId=ak -F 'Signature=c2ln;type=text/plain' --form file=@x.png http://h/photos/`
    expect(readEvidence(line).sent).toEqual({ ...FORM, url: 'http://h/photos/' })
  })

  test('sends a form in a body that a browser has written down', () => {
    const escaped = JSON.stringify(body('\r\n')).slice(1, -1).replaceAll('\\"', '"')
    const line = `curl 'https://h/' \\\n  -H 'content-type: multipart/form-data; boundary=b' \\\n  --data-raw $'${escaped}--b--\\r\\n' --compressed`
    expect(readEvidence(line).sent).toEqual({ ...FORM, url: 'https://h/' })
  })

  const requests: { line: string; method: string; url?: string; headers?: Record<string, string> }[] = [
    { line: 'curl http://h/a', method: 'GET' },
    { line: '$ curl -I http://h/a', method: 'HEAD' },
    { line: 'curl --head http://h/a', method: 'HEAD' },
    { line: 'curl -T x.png http://h/a', method: 'PUT' },
    { line: 'curl -sXDELETE http://h/a', method: 'DELETE' },
    { line: 'curl --request post http://h/a', method: 'post' },
    { line: 'curl --url h/a', method: 'GET', url: 'http://h/a' },
    { line: 'curl -o out -u id:pass http://h/a', method: 'GET' },
    {
      line: "curl http://h/a -H 'Content-Type:text/plain' -H 'X-A:'",
      method: 'GET',
      headers: { 'content-type': 'text/plain' },
    },
    {
      line: 'curl -d a=b http://h/a',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    { line: 'curl -G -d a=b -d c=d http://h/a', method: 'GET', url: 'http://h/a?a=b&c=d' },
    {
      line: 'curl --json {} http://h/a',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    },
  ]
  test.each(requests)('$line sends $method', ({ line, method, url = 'http://h/a', headers = {} }) => {
    expect(readEvidence(line).sent).toEqual({ kind: 'request', method, url, headers: new Map(Object.entries(headers)) })
  })

  test('may be followed by what it printed', () => {
    const { sent, answer } = readEvidence(`curl -X PUT \\\n 'http://h/a\n'\nHTTP/1.1 403 Forbidden\n\n${XML}`)
    expect(sent).toMatchObject({ method: 'PUT', url: 'http://h/a\n' })
    expect(answer).toMatchObject({ code: 'SignatureDoesNotMatch', stringToSign: 'PUT\n\n<a>', accessKeyId: 'ak' })
  })

  test('whose field comes from a file cannot be read', () => {
    expect(() => readEvidence("curl -F 'policy=<policy.txt' http://h/")).toThrow('--form-string')
  })
})

describe('a HAR file', () => {
  const entry = (status: number, request: object) => ({
    startedDateTime: '2026-11-24T12:00:00.000Z',
    request: { method: 'POST', url: 'https://h/', headers: [{ name: ':method', value: 'POST' }], ...request },
    response: { status, content: { text: status === 403 ? XML : '' } },
  })
  const multipart = { mimeType: 'multipart/form-data; boundary=b', text: body('\r\n') }

  test('is read for the last request that was refused', () => {
    const log = {
      entries: [entry(403, { url: 'https://first/' }), entry(403, { postData: multipart }), entry(200, {})],
    }
    const { sent, answer, at } = readEvidence(JSON.stringify({ log }))
    expect(sent).toEqual({ ...FORM, url: 'https://h/' })
    expect(answer?.code).toBe('SignatureDoesNotMatch')
    expect(at).toEqual(new Date('2026-11-24T12:00:00.000Z'))
  })

  test('may tell the fields as parameters', () => {
    const params = [...Object.entries(FIELDS), ['file', 'x']].map(([name, value]) => ({ name, value }))
    const one = entry(403, { postData: { ...multipart, params, text: '' } })
    expect(readEvidence(JSON.stringify(one)).sent).toEqual({ ...FORM, url: 'https://h/' })
  })

  test('without a form is a request', () => {
    const headers = [{ name: 'X-OSS-Date', value: 'now' }]
    expect(readEvidence(JSON.stringify(entry(403, { method: 'PUT', headers }))).sent).toEqual({
      kind: 'request',
      method: 'PUT',
      url: 'https://h/',
      headers: new Map([['x-oss-date', 'now']]),
    })
  })

  test('may hold the answer as Base64', () => {
    const one = entry(403, { method: 'PUT' })
    const content = { encoding: 'base64', text: Buffer.from(XML).toString('base64') }
    expect(readEvidence(JSON.stringify({ ...one, response: { status: 403, content } })).answer?.accessKeyId).toBe('ak')
  })

  test('without a request is an error', () => {
    expect(() => readEvidence('{"log": {"entries": []}}')).toThrow('holds no request')
    expect(() => readEvidence('{"request": {}}')).toThrow('has no "url"')
  })
})

test.each([
  ['with its address', { url: 'https://h/', fields: FIELDS }, 'https://h/'],
  ['alone', FIELDS, undefined],
])('the fields of a form may come %s', (_, value, url) => {
  expect(readEvidence(JSON.stringify(value)).sent).toEqual({ ...FORM, url })
})

test("an issuer's answer is the form that a front end makes of it", () => {
  const policy = Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[{"bucket":"photos"}]}').toString(
    'base64',
  )
  const answer = { policy, ossAccessKeyId: 'ak', signature: 's', host: 'https://h', dir: 'd/' }
  const { sent } = readEvidence(JSON.stringify(answer))
  expect(sent).toMatchObject({ kind: 'form', url: 'https://h/' })
  expect(sent?.kind === 'form' && sent.fields.get('key')).toBe('d/file')
})

test('an error of a store may stand alone', () => {
  expect(readEvidence(`HTTP/1.1 403 Forbidden\r\n\r\n${XML}`)).toMatchObject({
    answer: { code: 'SignatureDoesNotMatch' },
  })
})

test.each(['', 'hello', '[]', '{"a": 1}', '"text"'])('%j is nothing to debug', (text) => {
  expect(() => readEvidence(text)).toThrow()
})
