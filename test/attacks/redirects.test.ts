import { afterAll, beforeAll, expect, test } from 'vitest'
import { forwardAuth } from '../../src/issuer/authorize/forward-auth.ts'
import { jwt } from '../../src/issuer/authorize/jwt.ts'
import { callbackRequest, serve } from '../../src/issuer/callback/callback.fixture.ts'
import type { IssuerOptions } from '../../src/issuer/create-issuer.ts'
import { oss } from '../../src/issuer/storage/oss.ts'
import { attempt, CREDENTIAL, openVictim, type Victim } from './victim.ts'

/** Whom the issuer asks is written in its configuration. Whoever can make one of them answer with a redirect leads it nowhere. */

let victim: Victim
beforeAll(async () => {
  victim = await openVictim()
})
afterAll(() => victim.close())

const UPLOAD = { method: 'POST', path: '/uploads', body: { filename: 'a.png', size: 9, type: 'image/png' } } as const
const EVA = { 'x-user': 'eva' }
const SESSION = { method: 'GET', path: '/get_sts_token_for_oss_upload' } as const
const PARTS = { ...UPLOAD, path: '/uploads/multipart' } as const
const ROUTES = { default: { sts: true } }
/** A token's head and claims; that it is no good is not known before there are keys. */
const BEARER = {
  authorization: `Bearer ${btoa('{"alg":"RS256","kid":"a"}')}.${btoa('{"sub":"eva"}')}.AAAA`.replaceAll('=', ''),
}

type Options = Partial<IssuerOptions>

const ASKED: { who: string; through: (url: string) => Promise<unknown> }[] = [
  {
    who: 'the application that says who may upload',
    through: (url) => attempt(quiet({ authorize: forwardAuth({ url }) }), UPLOAD, { cookie: 'sid=1' }),
  },
  {
    who: 'an identity provider',
    through: (jwksUrl) => attempt(quiet({ authorize: jwt({ jwksUrl, issuer: 'i', audience: 'a' }) }), UPLOAD, BEARER),
  },
  {
    who: 'an STS',
    through: (endpoint) =>
      attempt(quiet({ routes: ROUTES, sts: { roleArn: 'acs:ram::1:role/uploader', endpoint } }), SESSION, EVA),
  },
  {
    who: 'the storage, when an upload begins',
    through: (url) => attempt(quiet({ storage: storageAt(url) }), PARTS, EVA),
  },
  {
    who: 'the storage, when an upload is reported',
    async through(url) {
      const issuer = quiet({ storage: storageAt(url) })
      const { token } = JSON.parse((await attempt(issuer, UPLOAD, EVA)).text)
      return await attempt(issuer, { method: 'POST', path: '/uploads/complete', body: { token } }, EVA)
    },
  },
  {
    who: 'the address of a callback key',
    async through(keyUrl) {
      const callback = { url: 'https://app.example/callback', keyUrls: [keyUrl] }
      return await quiet({ callback })(callbackRequest({ keyUrl, body: 'bucket=photos' }))
    },
  },
]

function quiet(options: Options) {
  return victim.issuer({ onError() {}, ...options, routes: options.routes ?? { default: {} } })
}

function storageAt(url: string) {
  const { origin } = new URL(url)
  return oss({ bucket: 'photos', region: 'cn-hangzhou', endpoint: origin, credential: CREDENTIAL })
}

test.each(ASKED.flatMap(({ who, through }) => [301, 302, 303, 307, 308].map((status) => ({ who, through, status }))))(
  'a $status of $who is not followed',
  async ({ through, status }) => {
    let reached = 0
    let asked = 0
    const inside = await serve((_, response) => {
      reached += 1
      response.end('{"id":"admin","keys":[]}')
    })
    const outside = await serve((_, response) => {
      asked += 1
      response.writeHead(status, { location: `${inside}/latest/meta-data/` }).end()
    })
    await through(`${outside}/asked`)
    expect(asked).toBeGreaterThan(0)
    expect(reached).toBe(0)
  },
)

test('a callback chooses among the addresses of keys that are written down, and makes the issuer ask no other', async () => {
  let asked = 0
  const inside = await serve((_, response) => {
    asked += 1
    response.end()
  })
  const { host } = new URL(inside)
  const trusted = 'https://gosspublic.alicdn.com/callback_pub_key_v1.pem'
  const issuer = quiet({ callback: { url: 'https://app.example/callback' } })
  const forged = [
    `${inside}/key.pem`,
    `http://gosspublic.alicdn.com@${host}/callback_pub_key_v1.pem`,
    `${inside}#${trusted}`,
    `${inside}/?${trusted}`,
    `${trusted}\n${inside}`,
    `http://${host}\\@gosspublic.alicdn.com/callback_pub_key_v1.pem`,
    `HTTP://${host}/callback_pub_key_v1.pem`,
    `file:///etc/passwd`,
    '',
  ]
  for (const keyUrl of forged)
    expect((await issuer(callbackRequest({ keyUrl, body: 'bucket=photos' }))).status, keyUrl).toBe(403)
  const twice = callbackRequest({ keyUrl: trusted, body: 'bucket=photos' })
  twice.headers.append('x-oss-pub-key-url', Buffer.from(`${inside}/key.pem`).toString('base64'))
  expect((await issuer(twice)).status).toBe(403)
  expect(asked).toBe(0)
})

test.each(['/%63allback', '//callback', '/callback/', '/callback/..', '/CALLBACK', '/callback%00', '/./callback%2f'])(
  'a callback comes in at its address and at no other spelling of it: %s',
  async (path) => {
    const issuer = quiet({ callback: { url: 'https://app.example/callback' } })
    const { status } = await attempt(issuer, { method: 'POST', path, body: {} })
    expect(status).toBe(404)
  },
)
