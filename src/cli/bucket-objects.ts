import { elements, readXml, textOf } from '../issuer/storage/read-xml.ts'
import { sendRequest } from '../issuer/storage/send-request.ts'
import type { Storage } from '../issuer/storage/storage.ts'

/** An object as a list of its bucket shows it. */
export interface BucketObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** ISO 8601. */
  readonly modified: string
}

const PAGE_KEYS = 1000
const TIMEOUT_MS = 10_000

/** What a bucket holds, a page at a time, in the order of its keys. */
export async function* bucketObjects(storage: Storage): AsyncGenerator<readonly BucketObject[]> {
  let next: string | undefined
  do {
    const query: [string, string][] = [
      ['list-type', '2'],
      ['max-keys', `${PAGE_KEYS}`],
      ['encoding-type', 'url'], // XML can't hold every character that a key can
      ...(next === undefined ? [] : [['continuation-token', next] satisfies [string, string]]),
    ]
    const { sign } = await storage.signing()
    const answer = await sendRequest(sign({ method: 'GET', query }, new Date()), {
      method: 'GET',
      timeoutMs: TIMEOUT_MS,
    })
    const page = answer.status === 200 ? readXml(answer.body, 'ListBucketResult') : undefined
    if (page === undefined) throw new Error(`The store answered ${answer.status} to a request for its list of objects.`)
    yield elements(page, 'Contents').map((object) => ({
      key: decodeURIComponent(textOf(object, 'Key') ?? ''),
      size: Number(textOf(object, 'Size')),
      modified: textOf(object, 'LastModified') ?? '',
    }))
    next = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : undefined
  } while (next !== undefined)
}
