import { randomUUID } from 'node:crypto'
import type { FormGrant } from '../../sign/create-form.ts'
import type { Admission } from '../authorize/admit.ts'
import type { UploadFacts } from './upload-token.ts'

/** Ours: an upload that begins in the form's last second still has so long, and an hour to be reported. */
const SLOWEST_BYTES_PER_SECOND = 64 * 1024
const TIME_TO_REPORT_MS = 60 * 60 * 1000

/** The file that a browser has announced; absent where the front end writes the key and announces none. */
interface Announced {
  readonly size: number
  readonly type: string
}

/** What the token of a form says: what was allowed, to whom, and until when the upload may be reported. */
export function uploadFacts(
  admission: Admission,
  grant: FormGrant & { readonly mark?: string },
  now: Date,
  announced?: Announced,
): UploadFacts {
  const { caller, rules } = admission
  const { key, keyPrefix, mark } = grant
  return {
    id: randomUUID(),
    route: rules.name,
    user: caller.id,
    ...(key === undefined ? { key: keyPrefix ?? '', keyIsPrefix: true } : { key }),
    ...(announced === undefined ? {} : { size: announced.size, type: announced.type }),
    ...(mark === undefined ? {} : { mark }),
    minSize: rules.minSize,
    maxSize: rules.maxSize,
    ...(rules.variables === undefined ? {} : { variables: rules.variables }),
    expires: now.getTime() + grant.expiresInSeconds * 1000 + slowestUploadMs(rules.maxSize) + TIME_TO_REPORT_MS,
  }
}

function slowestUploadMs(maxSize: number): number {
  return Math.ceil((maxSize / SLOWEST_BYTES_PER_SECOND) * 1000)
}
