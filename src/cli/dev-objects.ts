import type { Handler } from '../issuer/handler.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import { bucketObjects } from './bucket-objects.ts'
import { newestObjects } from './newest-objects.ts'

/** Where the page of `postern dev` asks what the bucket holds. */
const PATH = '/dev/objects'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

/** An object as the page shows it; `url` is where it can be read. */
interface ShownObject {
  readonly key: string
  readonly size: number
  readonly modified: string
  readonly url: string
}

/** An issuer, and for its page what the bucket holds: the issuer itself does not see into the store. */
export function withObjects(issuer: Handler, storage: Storage): Handler {
  return async (request, peer) =>
    new URL(request.url).pathname === PATH ? await devObjects(request, storage) : await issuer(request, peer)
}

/**
 * `GET /dev/objects?limit=100`: what the bucket holds, the last first. Only `postern dev` has it, for its own page: a
 * request that a browser makes for a page of another origin is refused, and its answer would be readable there to nobody.
 */
async function devObjects(request: Request, storage: Storage): Promise<Response> {
  if (request.method !== 'GET') return refusal(405, 'Ask for the list with GET.')
  if (isOfAnotherSite(request)) return refusal(403, 'Only the page of postern dev may read what the bucket holds.')
  const limit = readLimit(request.url)
  if (limit === undefined) return refusal(400, `Ask for 1 to ${MAX_LIMIT} objects.`)
  try {
    const { objects, total, isComplete } = await newestObjects(bucketObjects(storage), limit)
    const shown = objects.map((object): ShownObject => ({ ...object, url: urlOf(storage, object.key) }))
    return Response.json({ objects: shown, total, isComplete }, { headers: HEADERS })
  } catch (error) {
    return refusal(502, error instanceof Error ? error.message : String(error))
  }
}

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** Browsers say where a request comes from, other clients say nothing. @see https://www.w3.org/TR/fetch-metadata/ */
function isOfAnotherSite({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  return site !== null && site !== 'same-origin' && site !== 'none'
}

function readLimit(url: string): number | undefined {
  const text = new URL(url).searchParams.get('limit') ?? `${DEFAULT_LIMIT}`
  const limit = Number(text)
  return /^\d{1,4}$/.test(text) && limit >= 1 && limit <= MAX_LIMIT ? limit : undefined
}

/** Slashes stay, so that people can read it; a segment of dots only must not be folded away. */
function urlOf({ url }: Storage, key: string): string {
  const isFolded = key.split('/').some((segment) => segment === '.' || segment === '..')
  return url + (isFolded ? encodeURIComponent(key) : key.split('/').map(encodeURIComponent).join('/'))
}

function refusal(status: number, sentence: string): Response {
  return new Response(`${sentence}\n`, { status, headers: HEADERS })
}
