import * as v from 'valibot'
import type { CredentialSource } from '../credential/credential-source.ts'
import { flag, made, members, refused, text, word } from '../issuer/options/schema.ts'
import { type OssOptions, oss } from '../issuer/storage/oss.ts'
import { type S3Options, s3 } from '../issuer/storage/s3.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import type { Credential } from '../sign/signer.ts'
import { type CredentialConfig, credentialSchema, foundCredential } from './credential-config.ts'
import type { Sources } from './secret.ts'

/** A storage as data. What OSS's leaves out is read from `OSS_BUCKET`, `OSS_REGION`, `OSS_ENDPOINT`. */
export type StorageConfig =
  | (WithCredential<Omit<OssOptions, 'bucket'>> & { readonly kind: 'oss'; readonly bucket?: string })
  | (WithCredential<S3Options> & { readonly kind: 's3' })

type WithCredential<Options extends { readonly credential: unknown }> = Omit<Options, 'credential'> & {
  readonly credential?: CredentialConfig | Options['credential']
}

const ADVICE = 'Write { "kind": "oss", "bucket": …, "region": … } or { "kind": "s3", … }, or call oss() or s3().'

/** A {@link StorageConfig}, or a storage as it is. */
export function storageSchema(sources: Sources) {
  const Oss = ossSchema(sources)
  const S3 = s3Schema(sources)
  return v.lazy((value): v.GenericSchema<unknown, Storage> => {
    if (isStorage(value)) return v.custom<Storage>(() => true)
    if (typeof value !== 'object' || value === null || !('kind' in value)) return v.never(ADVICE)
    if (value.kind === 'oss') return Oss
    return value.kind === 's3' ? S3 : refused('kind', 'Write "oss" or "s3".')
  })
}

const COMMON = {
  endpoint: v.exactOptional(text()),
  region: v.exactOptional(text()),
  url: v.exactOptional(text()),
}

function ossSchema(sources: Sources) {
  const { environment } = sources
  const variable = (name: string) => environment[name] || undefined
  return v.pipe(
    members({
      ...COMMON,
      kind: v.literal('oss'),
      bucket: v.exactOptional(text()),
      scheme: v.exactOptional(word(['oss-v4', 'oss-v1'])),
      credential: v.exactOptional(credentialSchema(sources)),
    }),
    made(({ kind, credential, ...given }): Storage => {
      const bucket = given.bucket ?? variable('OSS_BUCKET')
      if (bucket === undefined) throw new TypeError('The bucket is missing. Write it, or set OSS_BUCKET.')
      const isPlaced = given.endpoint !== undefined || given.region !== undefined || given.url !== undefined
      const place = isPlaced ? {} : present({ endpoint: variable('OSS_ENDPOINT'), region: variable('OSS_REGION') })
      return oss({ ...place, ...given, bucket, credential: credential ?? defaultCredential(sources) })
    }),
  )
}

function s3Schema(sources: Sources) {
  return v.pipe(
    members({
      ...COMMON,
      kind: v.literal('s3'),
      bucket: text(),
      endpoint: text(),
      addressing: v.exactOptional(word(['host', 'path'])),
      scheme: v.exactOptional(word(['s3-v4', 's3-v2'])),
      takesForms: v.exactOptional(flag()),
      credential: v.exactOptional(credentialSchema(sources)),
    }),
    made(
      ({ kind, credential, ...given }): Storage =>
        s3({ ...given, credential: credential ?? defaultCredential(sources) }),
    ),
  )
}

function defaultCredential(sources: Sources): Credential | CredentialSource {
  return foundCredential(sources).source
}

/** What `oss()` and `s3()` give. */
function isStorage(value: unknown): value is Storage {
  return typeof value === 'object' && value !== null && 'signing' in value && typeof value.signing === 'function'
}

function present<T extends object>(values: { readonly [Name in keyof T]: T[Name] | undefined }): Partial<T> {
  const set = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(set) as Partial<T> // the undefined ones are gone
}
