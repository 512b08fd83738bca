import { createHash, type Hash } from 'node:crypto'
import { readBase64 } from '../../base/bytes.ts'
import { MAX_OBJECT_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { StoreRequest } from '../../http/exchange.ts'

/** A request's body as it streams, held against what its headers said of it. */
export interface CheckedBody {
  readonly chunks: AsyncIterable<Uint8Array>
  /** How many of the announced bytes have not been read yet; absent where none were announced. */
  left(): number | undefined
  /** After the last chunk: refuses a body that is not what Content-Length and Content-MD5 announced. */
  check(): void
}

/** Refuses by the headers alone what they already forbid, before the body is asked for. */
export function checkedBody({ headers, body }: StoreRequest): CheckedBody {
  const announced = readLength(headers.get('content-length'))
  const expected = readMd5(headers.get('content-md5'))
  const md5 = expected === undefined ? undefined : createHash('md5')
  let received = 0
  return {
    chunks: watched(body, (chunk) => {
      received += chunk.length
      md5?.update(chunk)
    }),
    left: () => (announced === undefined ? undefined : announced - received),
    check() {
      if (announced !== undefined && received !== announced)
        throw new PosternError('body-incomplete', `Announced were ${announced} bytes; ${received} came.`)
      if (md5 !== undefined && expected !== undefined) compareMd5(md5, expected)
    },
  }
}

async function* watched(
  body: AsyncIterable<Uint8Array>,
  watch: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of body) {
    watch(chunk)
    yield chunk
  }
}

function readLength(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const length = /^\d{1,15}$/.test(value) ? Number(value) : undefined
  if (length === undefined) throw new PosternError('length-missing', `"${value.slice(0, 100)}" is no number of bytes.`)
  if (length <= MAX_OBJECT_BYTES) return length
  throw new PosternError('body-too-large', `It announces ${length} bytes; ${MAX_OBJECT_BYTES} are allowed.`, {
    MaxSizeAllowed: String(MAX_OBJECT_BYTES),
    ProposedSize: String(length),
  })
}

function readMd5(value: string | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined
  const md5 = readBase64(value)
  if (md5?.length === MD5_BYTES) return md5
  throw new PosternError('digest-malformed', 'It must be the Base64 of 16 bytes.', { ContentMD5: value.slice(0, 100) })
}

function compareMd5(md5: Hash, expected: Uint8Array): void {
  const actual = md5.digest()
  if (actual.equals(expected)) return
  throw new PosternError('digest-mismatch', 'The body that came has another MD5.', {
    ClientComputedContentMD5: Buffer.from(expected).toString('base64'),
    ServerCalculatedContentMD5: actual.toString('base64'),
  })
}

const MD5_BYTES = 16
