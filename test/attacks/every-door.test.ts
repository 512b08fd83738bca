import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attempt, DOORS, openVictim, type Victim } from './victim.ts'

/** What is asked of one address must be asked of all: an attacker looks for the one that was forgotten. */

let victim: Victim
beforeAll(async () => {
  victim = await openVictim()
})
afterAll(() => victim.close())

const EVA = { 'x-user': 'eva' }

describe.each(DOORS)('at $door', ({ ask }) => {
  test('whoever may upload gets something, and nobody else gets anything', async () => {
    expect(await attempt(victim.issuer(), ask(), EVA)).toMatchObject({ status: 200 })
    expect(await attempt(victim.issuer(), ask())).toMatchObject({ status: 403, code: 'upload-denied' })
  })

  test.each(['__proto__', 'constructor', 'toString', 'Default', 'default%00', '../default'])(
    'there is no route %j',
    async (route) => {
      const outcome = await attempt(victim.issuer(), ask(route), EVA)
      expect(outcome).toMatchObject({ status: 404, code: 'route-unknown' })
    },
  )

  test('no header makes another address, and no address of the same network either', async () => {
    const issuer = victim.issuer({ limits: { formsPerMinutePerAddress: 2 }, trustProxy: 1 })
    const as = (header: string, peer = '10.0.0.1', id = 'eva') =>
      attempt(issuer, ask(), { 'x-user': id, 'x-forwarded-for': header, 'x-real-ip': header, forwarded: header }, peer)
    expect((await as('2001:db8:0:1::1')).status).toBe(200)
    expect((await as('198.51.100.7, 2001:DB8:0:1::2', '10.0.0.1', 'bob')).status).toBe(200)
    for (const header of ['2001:db8::1:ffff:0:0:1', '[2001:db8:0:1::3]:443', '9.9.9.9, 2001:db8:0:1:a::%eth0'])
      expect(await as(header, '10.0.0.1', 'joe')).toMatchObject({ status: 429, code: 'too-many-requests' })
  })

  test('a failed guess counts like any request', async () => {
    const issuer = victim.issuer({ limits: { formsPerMinutePerAddress: 2 } })
    for (const expected of [403, 403, 429])
      expect((await attempt(issuer, ask(), {}, '192.0.2.1')).status).toBe(expected)
  })

  test('a day has no more bytes than it has', async () => {
    const outcome = await attempt(victim.issuer({ limits: { bytesPerDay: 8 } }), ask(), EVA)
    expect(outcome).toMatchObject({ status: 429, code: 'too-many-requests' })
  })
})

test('what one address hands out counts at every other', async () => {
  const issuer = victim.issuer({ limits: { formsPerMinute: DOORS.length } })
  for (const { door, ask } of DOORS) expect(await attempt(issuer, ask(), EVA), door).toMatchObject({ status: 200 })
  for (const { door, ask } of DOORS) expect(await attempt(issuer, ask(), EVA), door).toMatchObject({ status: 429 })
})

test('what is open at one address is open at every other', async () => {
  const issuer = victim.issuer({ limits: { openUploads: DOORS.length } })
  for (const { door, ask } of DOORS) expect(await attempt(issuer, ask(), EVA), door).toMatchObject({ status: 200 })
  for (const { door, ask } of DOORS) expect(await attempt(issuer, ask(), EVA), door).toMatchObject({ status: 429 })
})

const TRICKS: { by: string; headers: Record<string, string> }[] = [
  { by: 'an image of another site', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } },
  {
    by: "an image of a neighbour's site, to which cookies go",
    headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
  },
  {
    by: 'a hidden frame of another site',
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  },
  {
    by: "a frame of a neighbour's site",
    headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  },
  { by: 'a page without an origin', headers: { origin: 'null' } },
  { by: "a neighbour's page", headers: { origin: 'http://pages.app.local' } },
]

describe.each(TRICKS)('by $by', ({ headers }) => {
  test.each(DOORS)("a user's cookies get nothing at $door, and use up nothing", async ({ ask }) => {
    let asked = 0
    const issuer = victim.issuer({
      authorize: () => {
        asked += 1
        return { id: 'eva' }
      },
    })
    const outcome = await attempt(issuer, ask(), { ...headers, cookie: 'sid=1' })
    expect(outcome).toMatchObject({ status: 403, code: 'origin-denied' })
    expect(asked).toBe(0)
  })
})
