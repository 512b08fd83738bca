import { Option } from 'commander'
import type { CredentialSource } from '../credential/credential-source.ts'
import { oss } from '../issuer/storage/oss.ts'
import { s3 } from '../issuer/storage/s3.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import type { Credential, Scheme } from '../sign/signer.ts'
import { asUsageError } from './command-error.ts'
import { needRegion, type Place } from './place.ts'

const SCHEMES: readonly Scheme[] = ['oss-v4', 'oss-v1', 's3-v4', 's3-v2']

export function schemeOption(): Option {
  return new Option('--scheme <scheme>', 'how forms are signed').choices(SCHEMES).default('oss-v4')
}

/** The storage at a place. Schemes that name a region ask for one only then. */
export function createStorage(scheme: Scheme, credential: Credential | CredentialSource, place: Place): Storage {
  const { bucket, endpoint, region, url } = place
  const where = { bucket, endpoint: endpoint.origin, url, credential }
  if (scheme === 'oss-v1') return asUsageError(() => oss({ ...where, scheme, ...(region && { region }) }))
  if (scheme === 's3-v2') return asUsageError(() => s3({ ...where, scheme, ...(region && { region }) }))
  const named = { ...where, region: needRegion(place) }
  return asUsageError(() => (scheme === 'oss-v4' ? oss({ ...named, scheme }) : s3({ ...named, scheme })))
}
