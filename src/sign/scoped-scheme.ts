import { type ErrorCode, PosternError } from '../base/known-errors.ts'
import { MAX_SIGNATURE_LIFE_MS } from '../base/limits.ts'
import type { Fields, ReceivedFields } from '../form/upload-form.ts'
import type { Dialect } from '../policy/dialect.ts'
import { quoted } from '../policy/phrase.ts'
import { compactDate, parseCompactDate, refuseDateAhead } from './date.ts'
import { type FormClaim, type FormScheme, readPolicy, readSignature, type VerifyOptions } from './form-scheme.ts'
import { hmacSha256, signingKey } from './hmac.ts'
import { endpointRegion, isRegion, parseCredential, type ScopedCredential } from './scope.ts'
import { type Credential, checkCredential, type Scheme, type Signer, tokenField } from './signer.ts'

/** What differs between the two schemes that sign with a key derived for a scope, as data. Names as they are sent. */
export interface ScopedScheme {
  readonly scheme: Scheme
  readonly dialect: Dialect
  readonly algorithm: string
  readonly keyPrefix: string
  readonly service: string
  readonly terminator: string
  readonly names: {
    readonly algorithm: string
    readonly credential: string
    readonly date: string
    readonly signature: string
    readonly securityToken: string
  }
  readonly missing: { readonly algorithm: ErrorCode; readonly date: ErrorCode }
  /** Throws where the region is not one for this store. */
  readonly checkRegion: (region: string, options: VerifyOptions) => void
}

/** `signature = hex(HMAC-SHA256(key derived from secret and scope, policy))`. @see docs/spec/post-object.md section 5 */
export function scopedSigner(wire: ScopedScheme, credential: Credential, region: string): Signer {
  checkCredential(credential)
  if (!isRegion(region)) throw new TypeError(`"${region}" is not a region; write it as "cn-hangzhou" or "us-east-1".`)
  let latest: Stamp | undefined
  const at = (now: Date): Stamp => {
    if (latest?.second !== second(now)) latest = stamp(wire, credential, region, now)
    return latest
  }
  return {
    scheme: wire.scheme,
    maxLifeSeconds: MAX_SIGNATURE_LIFE_MS / 1000,
    scopeFields: (now) => at(now).fields,
    sign: (policy, now) => ({ policy, [wire.names.signature]: hmacSha256(at(now).key, policy) }),
  }
}

/** What a signature needs and is the same for a whole second, the finest that a V4 date can say. */
interface Stamp {
  readonly second: number
  readonly fields: Fields
  readonly key: Uint8Array
}

function stamp(wire: ScopedScheme, credential: Credential, region: string, now: Date): Stamp {
  const { names } = wire
  const date = compactDate(now)
  const scope = `${date.slice(0, 8)}/${region}/${wire.service}/${wire.terminator}`
  const fields = {
    [names.algorithm]: wire.algorithm,
    [names.credential]: `${credential.accessKeyId}/${scope}`,
    [names.date]: date,
    ...tokenField(names.securityToken, credential),
  }
  return { second: second(now), fields, key: signingKey(credential, wire.keyPrefix, scope) }
}

function second(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}

export function scopedScheme(wire: ScopedScheme): FormScheme {
  return {
    scheme: wire.scheme,
    dialect: wire.dialect,
    marks: [wire.names.algorithm, wire.names.credential, wire.names.signature],
    readClaim: (fields, now, options) => readClaim(wire, fields, now, options),
  }
}

/**
 * That the date equals the policy's is not asked here: the policy must cover the date's field, and its condition on it
 * must hold (`mustCover` in policy/dialect.ts).
 *
 * @see docs/spec/post-object.md sections 3 and 5
 */
function readClaim(wire: ScopedScheme, fields: ReceivedFields, now: Date, options: VerifyOptions): FormClaim {
  checkAlgorithm(wire, fields.get(wire.names.algorithm))
  const policy = readPolicy(fields)
  const { accessKeyId, date: day, region, scope } = readCredential(wire, fields.get(wire.names.credential))
  checkDate(wire, fields.get(wire.names.date), day, now)
  wire.checkRegion(region, options)
  return {
    accessKeyId,
    policy,
    signature: readSignature(fields, wire.names.signature),
    securityToken: fields.get(wire.names.securityToken) || undefined,
    signatureBy: (credential) => hmacSha256(signingKey(credential, wire.keyPrefix, scope), policy),
  }
}

function checkAlgorithm({ names, algorithm, missing }: ScopedScheme, given: string | undefined): void {
  if (given === undefined)
    throw new PosternError(
      missing.algorithm,
      `A form with ${names.credential} also carries ${names.algorithm}=${algorithm}.`,
    )
  if (given !== algorithm)
    throw new PosternError('signature-version-unknown', `${names.algorithm} is ${quoted(given)}; write "${algorithm}".`)
}

function readCredential({ names, service, terminator }: ScopedScheme, given: string | undefined): ScopedCredential {
  const shape = `<access key id>/<YYYYMMDD>/<region>/${service}/${terminator}`
  if (given === undefined) throw new PosternError('credential-missing', `Send ${names.credential}=${shape}.`)
  const credential = parseCredential(given, [service], terminator)
  if (typeof credential === 'string')
    throw new PosternError(
      'credential-malformed',
      `${names.credential} is ${quoted(given)}: ${credential}. Write ${shape}.`,
    )
  if (credential.accessKeyId === '')
    throw new PosternError('access-key-id-empty', `${names.credential} begins with a slash. Write ${shape}.`)
  return credential
}

function checkDate({ names, missing }: ScopedScheme, given: string | undefined, day: string, now: Date): void {
  if (given === undefined) throw new PosternError(missing.date, `Send ${names.date}, as in "${compactDate(now)}".`)
  const date = parseCompactDate(given)
  if (date === undefined)
    throw new PosternError('date-malformed', `${names.date} is ${quoted(given)}; write it as in "${compactDate(now)}".`)
  if (day !== given.slice(0, 8))
    throw new PosternError(
      'credential-date',
      `${names.credential} is for the day ${quoted(day)}, ${names.date} is ${quoted(given)}; both must name the same day in UTC.`,
    )
  refuseDateAhead(date, now)
  if (now.getTime() - date.getTime() > MAX_SIGNATURE_LIFE_MS)
    throw new PosternError('signature-too-old', `It was signed at ${date.toISOString()}; ask for a new form.`, {
      RequestTime: date.toISOString(),
      ServerTime: now.toISOString(),
    })
}

/** A region of OSS is the store's own, and never an endpoint's name. @see docs/spec/post-object.md section 5 */
export function checkOssRegion(region: string, { region: own }: VerifyOptions): void {
  const detail = endpointRegion(region)
  if (detail !== undefined) throw new PosternError('credential-region', detail)
  if (own !== undefined && region !== own)
    throw new PosternError('credential-region', `It is ${quoted(region)}; this store is in "${own}".`)
}
