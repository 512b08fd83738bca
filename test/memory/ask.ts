import { Agent, request } from 'node:http'
import { Readable } from 'node:stream'
import { signRequest } from '../../src/sign/sign-request.ts'
import { BUCKET, CREDENTIAL, REGION } from './measured-store.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

interface Asked {
  readonly method: string
  readonly key?: string
  readonly query?: Readonly<Record<string, string>>
  /** Bytes, or a stream of so many. */
  readonly body?: Uint8Array | { readonly bytes: number }
}

/** Sends a signed request, and gives the text of the answer, which must be a success. */
export async function ask(port: number, { method, key, query = {}, body = new Uint8Array() }: Asked): Promise<string> {
  const pairs = Object.entries(query)
  const address = { method, bucket: BUCKET, ...(key !== undefined && { key }), query: pairs }
  const headers = signRequest(address, {}, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
  const length = body instanceof Uint8Array ? body.length : body.bytes
  const path = `/${BUCKET}/${key ?? ''}?${new URLSearchParams(query)}`
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, port, method, path, headers: { ...headers, 'content-length': length } },
      (answer) => {
        answer
          .toArray()
          .then((chunks) => Buffer.concat(chunks).toString())
          .then((text) => ((answer.statusCode ?? 500) < 300 ? resolve(text) : reject(new Error(text))))
          .catch(reject)
      },
    )
    outgoing.on('error', reject)
    Readable.from(body instanceof Uint8Array ? [body] : zeros(body.bytes)).pipe(outgoing)
  })
}

/** The text of every element of this name. */
export function textsOf(xml: string, name: string): string[] {
  return xml
    .split(`<${name}>`)
    .slice(1)
    .map((rest) => rest.split('<', 1)[0] ?? '')
}

const CHUNK = Buffer.alloc(1024 * 1024)

function* zeros(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= CHUNK.length) yield CHUNK.subarray(0, Math.min(left, CHUNK.length))
}
