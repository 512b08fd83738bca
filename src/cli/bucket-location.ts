import type { RequestAddress } from '../sign/request-address.ts'
import { signRequest } from '../sign/sign-request.ts'
import type { Credential } from '../sign/signer.ts'
import type { Place } from './place.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_CHARACTERS = 4096

/**
 * Asks the storage where the bucket is: `oss-cn-hangzhou`.
 *
 * @see docs/spec/object-api.md
 */
export function createBucketLocation(place: Place, credential: Credential): () => Promise<string> {
  const address: RequestAddress = { method: 'GET', bucket: place.bucket, query: [['location', '']] }
  const { region } = place
  const scheme = region === undefined ? ({ scheme: 'oss-v1' } as const) : ({ scheme: 'oss-v4', region } as const)
  return async () => {
    const headers = signRequest(address, {}, credential, scheme, new Date())
    const response = await fetch(`${place.bucketUrl}?location`, {
      headers,
      redirect: 'error', // a signature is meant for one host
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const answer = (await response.text()).slice(0, MAX_ANSWER_CHARACTERS)
    const location = /<LocationConstraint>([^<]*)<\/LocationConstraint>/.exec(answer)?.[1]
    if (response.ok && location !== undefined) return location
    const code = /<Code>(\w{1,64})<\/Code>/.exec(answer)?.[1] ?? 'an answer that was not understood'
    throw new Error(`${place.bucketUrl} answered ${response.status}, ${code}, when asked for the location.`)
  }
}
