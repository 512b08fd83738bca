import { openStore } from '../../src/store/open-store.ts'
import { BUCKET, CREDENTIAL, REGION } from './measured-store.ts'

/** A store in a process of its own. It tells its port, and when asked how far its memory has grown. */

process.once('disconnect', () => process.exit())

const store = await openStore({
  buckets: [{ name: BUCKET, acl: 'public-read-write' }],
  credentials: [CREDENTIAL],
  region: REGION,
})
const { port } = await store.listen()
process.once('SIGTERM', () => void store.close().then(() => process.exit()))

const atFirst = process.memoryUsage.rss()
let most = atFirst
setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss())
}, 5).unref()
process.on('message', () => process.send?.(most - atFirst))
process.send?.(port)
