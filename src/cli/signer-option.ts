import { Option } from 'commander'
import { ossV1 } from '../sign/oss-v1.ts'
import { ossV4 } from '../sign/oss-v4.ts'
import { s3V2 } from '../sign/s3-v2.ts'
import { s3V4 } from '../sign/s3-v4.ts'
import type { Credential, Scheme, Signer } from '../sign/signer.ts'
import { needRegion, type Storage } from './storage.ts'

/** How each scheme makes its signer; those that name a region ask for one only then. */
const SIGNERS: Readonly<Record<Scheme, (credential: Credential, storage: Storage) => Signer>> = {
  'oss-v4': (credential, storage) => ossV4(credential, needRegion(storage)),
  'oss-v1': (credential) => ossV1(credential),
  's3-v4': (credential, storage) => s3V4(credential, needRegion(storage)),
  's3-v2': (credential) => s3V2(credential),
}

export function schemeOption(): Option {
  return new Option('--scheme <scheme>', 'how forms are signed').choices(Object.keys(SIGNERS)).default('oss-v4')
}

export function createSigner(scheme: Scheme, credential: Credential, storage: Storage): Signer {
  return SIGNERS[scheme](credential, storage)
}
