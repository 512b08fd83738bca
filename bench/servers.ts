// One server in its own process: `servers.ts KIND FOLDER`. Prints "ready PORT".
import { openStore } from 'postern/store'
import { bodyToFile, fileStreamer, freshFolder, fsyncEach, sameBytes, serve, signedBytes } from './floors.ts'
import { serveIssuer } from './issuers.ts'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'
import { vendorWay } from './vendor-way.ts'

const [kind = '', setting = ''] = process.argv.slice(2)

const servers: Record<string, () => Promise<number>> = {
  'same-bytes': () => serve(sameBytes(setting)),
  'signed-bytes': () => serve(signedBytes(setting)),
  'body-to-file': async () => serve(bodyToFile(await freshFolder(setting))),
  'fsync-each': async () => serve(fsyncEach(await freshFolder(setting))),
  issuer: () => serveIssuer(setting),
  'vendor-way': () => serve(vendorWay(Number(setting))),
  'file-streamer': async () => serve(fileStreamer(await freshFolder(setting))),
  store: async () => await openedStore(await freshFolder(setting)),
  'opened-store': async () => await openedStore(setting),
}

async function openedStore(data: string): Promise<number> {
  const store = await openStore({ data, buckets: [BUCKET], credentials: [CREDENTIAL], region: REGION })
  return (await store.listen({ port: 0 })).port
}

process.once('SIGTERM', () => process.exit(0))
process.stdin.once('end', () => process.exit(0)).resume() // whoever started this is gone
console.log(`ready ${await servers[kind]?.()}`)
