import { openStore } from '../../src/store/open-store.ts'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'

/** A store in a process of its own, to be killed. It is told the folder, and tells the port. */

let close = async (): Promise<void> => {}

process.once('disconnect', () => void close().finally(() => process.exit()))
process.once('message', (data: string) => void serve(data))
process.send?.('loaded')

async function serve(data: string): Promise<void> {
  const buckets = [{ name: BUCKET, acl: 'public-read-write' }] as const
  const store = await openStore({ data, buckets, credentials: [CREDENTIAL], region: REGION })
  close = store.close
  const { port } = await store.listen()
  process.send?.(port)
}
