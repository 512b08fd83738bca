import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Handler } from '../../src/issuer/handler.ts'
import { s3 } from '../../src/issuer/storage/s3.ts'
import { attempt, BUCKET, CREDENTIAL, openVictim, type Victim } from './victim.ts'

/** Who wants to fill the disk, or to spend what is not theirs. */

let victim: Victim
beforeAll(async () => {
  victim = await openVictim()
})
afterAll(() => victim.close())

const EVA = { 'x-user': 'eva' }
const MIB = 1024 * 1024

describe('where nothing bounds a PUT, it counts as the most that a PUT can be', () => {
  const withoutForms = s3({ endpoint: 'http://127.0.0.1:1', bucket: BUCKET, credential: CREDENTIAL, takesForms: false })
  const route = { default: { maxSize: MIB } }
  const limited = (bytesPerDay: '1MB' | '4GB' | '5GB'): Handler =>
    victim.issuer({ storage: withoutForms, routes: route, limits: { bytesPerDay } })
  const params = '/s3/params?filename=cat.png&type=image/png'

  test('as Uppy asks, who tells no size', async () => {
    expect(await attempt(limited('4GB'), { method: 'GET', path: params }, EVA)).toMatchObject({ status: 429 })
    expect(await attempt(limited('5GB'), { method: 'GET', path: params }, EVA)).toMatchObject({ status: 200 })
  })

  test('a size that is told is signed, and counts as what the route allows', async () => {
    const outcome = await attempt(limited('1MB'), { method: 'GET', path: `${params}&metadata[size]=10` }, EVA)
    expect(outcome.status).toBe(200)
    expect(outcome.text).toContain('content-length')
  })
})

describe('an upload in parts is bounded by what was announced', () => {
  const begin = async (issuer: Handler, size: number): Promise<string> => {
    const body = { filename: 'film.mp4', type: 'video/mp4', size }
    const { status, text } = await attempt(issuer, { method: 'POST', path: '/uploads/multipart', body }, EVA)
    expect(status).toBe(200)
    return JSON.parse(text).token
  }

  test('no part is signed beyond the last, and none is larger than planned', async () => {
    const issuer = victim.issuer()
    const token = await begin(issuer, 8 * MIB + 1)
    const sign = (numbers: unknown) =>
      attempt(issuer, { method: 'POST', path: '/uploads/multipart/parts', body: { token, partNumbers: numbers } }, EVA)
    for (const numbers of [[3], [0], [-1], [1.5], ['1'], [10_001], [], null, Array(101).fill(1)])
      expect((await sign(numbers)).status, JSON.stringify(numbers)).toBe(400)
    const { parts } = JSON.parse((await sign([2])).text)
    const tooMuch = await fetch(parts[0].url, { method: 'PUT', headers: parts[0].headers, body: new Uint8Array(2) })
    expect(tooMuch.status).toBe(403)
    const other = parts[0].url.replace('partNumber=2', 'partNumber=7')
    expect((await fetch(other, { method: 'PUT', headers: parts[0].headers, body: 'a' })).status).toBe(403)
  })

  test('whoever gives up and begins again is counted each time as a form, and gets the bytes back once', async () => {
    const issuer = victim.issuer({ limits: { formsPerMinute: 3, bytesPerDay: 10 } })
    for (let times = 0; times < 3; times++) {
      const token = await begin(issuer, 10)
      const abort = { method: 'POST', path: '/uploads/multipart/abort', body: { token } } as const
      expect((await attempt(issuer, abort, EVA)).status).toBe(200)
      expect((await attempt(issuer, abort, EVA)).status).toBe(404)
    }
    const body = { filename: 'film.mp4', type: 'video/mp4', size: 10 }
    const fourth = await attempt(issuer, { method: 'POST', path: '/uploads/multipart', body }, EVA)
    expect(fourth).toMatchObject({ status: 429, code: 'too-many-requests' })
  })
})

describe('a body that was made to cost something', () => {
  const deep = (opening: string) => opening.repeat(16_000 / opening.length)
  const BODIES: [string, string][] = [
    ['lists in lists', deep('[')],
    ['objects in objects', deep('{"a":')],
    ['a member of Object', '{"__proto__":{"size":1},"filename":"a","size":1,"type":""}'],
    ['a constructor', '{"constructor":{"prototype":{"size":1}},"filename":"a","size":1,"type":""}'],
    ['metadata that is no data', '{"filename":"a","size":1,"type":"","meta":{"__proto__":"x"}}'],
    ['a number without end', `{"filename":"a","size":${'9'.repeat(15_000)},"type":""}`],
    ['a size that is none', '{"filename":"a","size":1e400,"type":""}'],
    ['a type without end', `{"filename":"a","size":1,"type":"a/${'a; '.repeat(5000)}"}`],
    ['a name without end', `{"filename":"${'.'.repeat(15_000)}","size":1,"type":""}`],
    ['more than a body may have', `{"filename":"${'a'.repeat(20_000)}"}`],
  ]

  test.each(BODIES)('%s is refused wherever it is sent', async (_, body) => {
    for (const path of [
      '/uploads',
      '/uploads/multipart',
      '/uploads/complete',
      '/uploads/multipart/parts',
      '/s3/multipart',
    ])
      expect((await attempt(victim.issuer(), { method: 'POST', path, body }, EVA)).status, path).toBe(400)
    expect(Object.hasOwn(Object.prototype, 'size')).toBe(false)
  })
})
