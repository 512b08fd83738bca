import type { ErrorCode } from '../../base/errors.ts'
import { DEFAULT_LISTED_KEYS, MAX_KEY_BYTES, MAX_LISTED_KEYS } from '../../base/limits.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import { argumentInvalid, queryNumber, queryValue } from '../request/query.ts'
import { readContinuationToken } from './continuation-token.ts'
import type { PageAsked } from './list-page.ts'

/** A listing as it is asked for, in one of the operation's two versions. */
export type Listing = PageAsked &
  (
    | { readonly version: 1 }
    | {
        readonly version: 2
        readonly startAfter: string | undefined
        readonly token: string | undefined
        readonly fetchOwner: boolean
      }
  )

/** Reads the query of a listing. @see docs/spec/object-api.md sections 3 and 5 */
export function readListing(address: RequestAddress): Listing {
  const type = queryValue(address, 'list-type')
  const common = {
    prefix: readName(address, 'prefix', 'list-prefix-invalid') ?? '',
    delimiter: readDelimiter(address),
    limit: queryNumber(address, 'max-keys', MAX_KEYS_RANGE),
  }
  if (type === undefined) return { version: 1, ...common, after: readName(address, 'marker', 'list-marker-invalid') }
  if (type !== '2') throw argumentInvalid('list-type', type, 'is 2, or is not there', 'list-type-invalid')

  const startAfter = readName(address, 'start-after')
  const token = queryValue(address, 'continuation-token')
  const after = token === undefined ? startAfter : readContinuationToken(token)
  return { version: 2, ...common, after, startAfter, token, fetchOwner: readFetchOwner(address) }
}

const MAX_KEYS_RANGE = {
  min: 1,
  max: MAX_LISTED_KEYS,
  otherwise: DEFAULT_LISTED_KEYS,
  code: 'list-max-keys-invalid',
} as const

function readName(address: RequestAddress, name: string, code?: ErrorCode): string | undefined {
  const value = queryValue(address, name)
  if (value === undefined || Buffer.byteLength(value) <= MAX_KEY_BYTES) return value
  throw argumentInvalid(name, value, `has ${MAX_KEY_BYTES} bytes at most`, code)
}

/** One character, as OSS has it: https://help.aliyun.com/zh/oss/user-guide/0015-00000406 */
function readDelimiter(address: RequestAddress): string | undefined {
  const value = queryValue(address, 'delimiter')
  if (value === undefined || [...value.slice(0, 3)].length === 1) return value
  throw argumentInvalid('delimiter', value, 'is one character', 'list-delimiter-invalid')
}

function readFetchOwner(address: RequestAddress): boolean {
  const value = queryValue(address, 'fetch-owner') ?? 'false'
  if (value === 'true' || value === 'false') return value === 'true'
  throw argumentInvalid('fetch-owner', value, 'is "true" or "false"')
}
