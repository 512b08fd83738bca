import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { checkTimeout, unavailable } from './ask-server.ts'
import type { Authorize } from './authorize.ts'
import { badToken, bearerToken, cookie, nobody } from './bearer.ts'
import { type Bearing, withBearings } from './bearing.ts'
import type { Caller } from './caller.ts'
import { type JwtKeyOptions, type JwtKeys, readJwtKeys } from './jwt-keys.ts'

export interface JwtOptions extends JwtKeyOptions {
  /** Who made the token: its `iss`. Needed with `jwksUrl`. */
  readonly issuer?: string | readonly string[]
  /** Whom it was made for: its `aud`. Needed with `jwksUrl`, because a provider makes tokens for other applications too. */
  readonly audience?: string | readonly string[]
  /** The claim that names the user; `sub`. */
  readonly user?: string
  /** The claim that names the folder of the user's keys. A token without it is refused. */
  readonly prefix?: string
  /** Claims that must be there; `exp` always must. */
  readonly requiredClaims?: readonly string[]
  /** A cookie that holds the token where there is no `Authorization` header. */
  readonly cookie?: string
  /** How far the clocks of both sides may differ; 5. */
  readonly clockToleranceSeconds?: number
  /** How long the keys of `jwksUrl` are waited for; 5000. */
  readonly timeoutMs?: number
}

/**
 * Lets in whoever bears a token: a JWT in `Authorization: Bearer …`, signed with a known key, in its time, made for this
 * application, that names a user.
 *
 * @example
 * authorize: jwt({ jwksUrl: 'https://id.example/.well-known/jwks.json', issuer: 'https://id.example', audience: 'uploads' })
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725
 */
export function jwt(options: JwtOptions): Authorize {
  const keys = readJwtKeys(options, checkTimeout('jwt: "timeoutMs"', options.timeoutMs ?? 5000))
  const verifying = readVerifying(options, keys)
  const { user = 'sub', prefix, cookie: cookieName } = options
  const bearings: readonly Bearing[] = cookieName === undefined ? ['bearer'] : ['bearer', { cookie: cookieName }]
  return withBearings(bearings, async (request) => {
    const token = bearerToken(request) ?? (cookieName === undefined ? undefined : cookie(request, cookieName))
    if (token === undefined) throw nobody('Send your token in Authorization: Bearer.')
    const claims = await verify(token, keys, verifying)
    return callerOf(claims, user, prefix)
  })
}

async function verify(token: string, { key }: JwtKeys, verifying: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    const { payload } =
      typeof key === 'function' ? await jwtVerify(token, key, verifying) : await jwtVerify(token, key, verifying)
    return payload
  } catch (error) {
    const refusal = whyRefused(error)
    throw refusal === undefined ? unavailable(error) : badToken(refusal)
  }
}

/** What is wrong with the token; `undefined` where it is not the token that is wrong. */
function whyRefused(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'The token has expired.'
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The claim "${error.claim}" of the token ${error.reason === 'missing' ? 'is missing' : 'is not what it must be here'}.`
  return error instanceof errors.JOSEError ? REFUSALS.get(error.code) : undefined
}

const UNREADABLE = 'The token is no JWT that can be read here.'
const UNKNOWN_KEY = 'The token is signed with a key that is not known here.'
const REFUSALS: ReadonlyMap<string, string> = new Map([
  [errors.JWSSignatureVerificationFailed.code, 'The signature of the token is wrong.'],
  [errors.JOSEAlgNotAllowed.code, 'The token is signed with an algorithm that is not allowed here.'],
  [errors.JWKSNoMatchingKey.code, UNKNOWN_KEY],
  [errors.JWKSMultipleMatchingKeys.code, UNKNOWN_KEY],
  [errors.JWSInvalid.code, UNREADABLE],
  [errors.JWTInvalid.code, UNREADABLE],
  [errors.JOSENotSupported.code, UNREADABLE],
])

function callerOf(claims: JWTPayload, user: string, prefix: string | undefined): Caller {
  const id = claim(claims, user)
  return prefix === undefined ? { id } : { id, prefix: claim(claims, prefix) }
}

/** A claim that names something. Some number their users. */
function claim(claims: JWTPayload, name: string): string {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  if (typeof value === 'string' && value !== '') return value
  if (Number.isSafeInteger(value)) return `${value}`
  throw badToken(`The claim "${name}" of the token is missing, or is no text.`)
}

function readVerifying(options: JwtOptions, { algorithms }: JwtKeys): JWTVerifyOptions {
  const { issuer, audience, requiredClaims = [], clockToleranceSeconds = 5, jwksUrl } = options
  if (jwksUrl !== undefined && (isNothing(issuer) || isNothing(audience)))
    throw new TypeError('jwt: "jwksUrl" needs "issuer" and "audience", or tokens for other applications would do here.')
  if (!Number.isInteger(clockToleranceSeconds) || clockToleranceSeconds < 0 || clockToleranceSeconds > 300)
    throw new TypeError('jwt: "clockToleranceSeconds" must be a whole number from 0 to 300.')
  return {
    algorithms: [...algorithms],
    requiredClaims: ['exp', ...requiredClaims],
    clockTolerance: clockToleranceSeconds,
    ...(isNothing(issuer) ? {} : { issuer: [issuer].flat() }),
    ...(isNothing(audience) ? {} : { audience: [audience].flat() }),
  }
}

/** An empty list would let everything through. */
function isNothing(names: string | readonly string[] | undefined): names is undefined {
  if (names === undefined) return true
  if (names.length === 0 || [names].flat().includes(''))
    throw new TypeError('jwt: "issuer" and "audience" must not be empty. Leave them out, or name somebody.')
  return false
}
