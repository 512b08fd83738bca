import { randomBytes } from 'node:crypto'
import { alternate, report } from './alternate.ts'
import { Connection } from './connection.ts'
import { postBody } from './post-body.ts'
import { signedHead } from './requests.ts'
import { withServers } from './with-servers.ts'

const MIB = 1024 * 1024
const LARGE_MIB = 1024
const PART_MIB = 64
const PARTS = 80
const PARTS_AT_ONCE = 4

/** One large file, MB/s and memory, beside a bare node:http server that writes the body to a file with its MD5. */
export async function benchLargeFile(): Promise<void> {
  await withServers(['store', 'body-to-file'], async (store, bare) => {
    const before = store.memory().now
    const measured = await alternate(5, [
      { name: 'postern store, one POST of 1 GiB', round: () => postLarge(store.port) },
      { name: 'floor: bare node:http, file + MD5 + fsync', round: () => postLarge(bare.port) },
    ])
    report('POST of one large file', 'MB/s', measured, 'at least 0.85 of its floor')
    printGrowth(store.memory().peak - before)
  })
}

/** An upload of 5 GiB in parts, beside a bare server that writes each part to a file with its MD5. */
export async function benchMultipart(): Promise<void> {
  await withServers(['store', 'body-to-file'], async (store, bare) => {
    const before = store.memory().now
    const measured = await alternate(3, [
      { name: 'postern store, 80 parts of 64 MiB, completed', round: () => uploadParts(store.port, true) },
      { name: 'floor: bare node:http, file + MD5 + fsync', round: () => uploadParts(bare.port, false) },
    ])
    report('Multipart upload of 5 GiB, 4 parts at once', 'MB/s', measured, 'at least 0.85 of its floor')
    printGrowth(store.memory().peak - before)
  })
}

function printGrowth(bytes: number): void {
  console.log(`  memory growth of the store over all of it: ${(bytes / MIB).toFixed(1)} MiB (aim: under 64)`)
}

async function postLarge(port: number): Promise<number> {
  const { head, foot } = postBody(LARGE_MIB * MIB)
  return await megabytesPerSecond(LARGE_MIB * MIB, async () => {
    await sendBody(port, head, LARGE_MIB, foot)
  })
}

/** @param real whether the server is a store: the floor just takes the parts */
async function uploadParts(port: number, real: boolean): Promise<number> {
  const key = `bench/${randomBytes(8).toString('hex')}`
  const id = real ? await initiate(port, key) : 'none'
  const rate = await megabytesPerSecond(PARTS * PART_MIB * MIB, async () => {
    const numbers = Array.from({ length: PARTS }, (_, index) => index + 1)
    await Promise.all(
      Array.from({ length: PARTS_AT_ONCE }, async () => {
        for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
          const query = `partNumber=${number}&uploadId=${id}`
          await sendBody(port, signedHead('PUT', key, query, PART_MIB * MIB), PART_MIB, new Uint8Array())
        }
      }),
    )
    if (real) await complete(port, key, id)
  })
  if (real) await ask(port, signedHead('DELETE', key, ''))
  return rate
}

async function initiate(port: number, key: string): Promise<string> {
  const xml = await ask(port, signedHead('POST', key, 'uploads'))
  return xml.split('<UploadId>')[1]?.split('<')[0] ?? ''
}

async function complete(port: number, key: string, id: string): Promise<void> {
  const xml = await ask(port, signedHead('GET', key, `uploadId=${id}`))
  const etags = xml
    .split('<ETag>')
    .slice(1)
    .map((text) => text.split('<')[0] ?? '')
  const parts = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  await ask(port, Buffer.concat([signedHead('POST', key, `uploadId=${id}`, body.length), body]))
}

async function ask(port: number, request: Uint8Array): Promise<string> {
  const connection = await Connection.open(port)
  const { status, body } = await connection.send(request)
  connection.close()
  const text = new TextDecoder().decode(body)
  if (status >= 300) throw new Error(`Answer ${status}: ${text}`)
  return text
}

async function sendBody(port: number, head: Uint8Array, mebibytes: number, foot: Uint8Array): Promise<void> {
  const connection = await Connection.open(port)
  await connection.write(head)
  for (let sent = 1; sent < mebibytes; sent++) await connection.write(PIECE)
  const answer = connection.answer()
  await connection.write(Buffer.concat([PIECE, foot]))
  const { status, body } = await answer
  connection.close()
  if (status >= 300) throw new Error(`Answer ${status}: ${new TextDecoder().decode(body)}`)
}

const PIECE = randomBytes(MIB)

async function megabytesPerSecond(bytes: number, send: () => Promise<void>): Promise<number> {
  const start = performance.now()
  await send()
  return bytes / 1e6 / ((performance.now() - start) / 1000)
}
