// An issuer as Bun or Deno serves it, from the built package. Prints "ready PORT". ENDPOINT is the store's address.
import process from 'node:process'

const { createIssuer, oss } = await import('../../../dist/issuer.js')
const credential = { accessKeyId: 'test-key', accessKeySecret: 'test-secret' }
const issuer = createIssuer({
  storage: oss({ bucket: 'photos', endpoint: process.env.ENDPOINT, region: 'cn-hangzhou', credential }),
  authorize: ({ headers }) => (headers.get('cookie') === 'session=1' ? { id: 'eva' } : undefined),
})
const where = { port: 0, hostname: '127.0.0.1' }

if (globalThis.Bun) console.log(`ready ${Bun.serve({ ...where, fetch: (request) => issuer(request) }).port}`)
else if (globalThis.Deno)
  Deno.serve({ ...where, onListen: ({ port }) => console.log(`ready ${port}`) }, (request) => issuer(request))
else throw new Error('This is neither Bun nor Deno.')
