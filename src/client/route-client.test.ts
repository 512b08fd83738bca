import { expect, test } from 'vitest'
import type { RouteNames } from '../issuer/route-names.ts'
import type { RequestOptions } from './request-form.ts'
import { routeClient } from './route-client.ts'

const config = { routes: { avatars: { maxSize: 1000 }, reports: {} } }
const file = { name: 'a.png', size: 1, type: 'image/png' }

/** Asks nobody, and remembers what it was to ask. */
function asking() {
  const asked: { issuer: string; route: string | undefined }[] = []
  const ask = async (issuer: string, _file: unknown, { route }: RequestOptions = {}) => {
    asked.push({ issuer, route })
    throw new Error('enough')
  }
  return { asked, ask }
}

test('a file goes to the route that is named', async () => {
  const { asked, ask } = asking()
  const uploadTo = routeClient<RouteNames<typeof config>>('https://app.example', { ask })
  await expect(uploadTo('reports', new File(['x'], file.name))).rejects.toThrow('enough')
  expect(asked).toEqual([{ issuer: 'https://app.example', route: 'reports' }])
})

test('a route that the configuration does not name is refused by the compiler', async () => {
  const { ask } = asking()
  const uploadTo = routeClient<RouteNames<typeof config>>('https://app.example', { ask })
  // @ts-expect-error: there is no such route
  await expect(uploadTo('report', new File(['x'], file.name))).rejects.toThrow('enough')
})
