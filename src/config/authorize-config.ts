import * as v from 'valibot'
import { anyOf } from '../issuer/authorize/any-of.ts'
import { type ApiKey, apiKey } from '../issuer/authorize/api-key.ts'
import { type Authorize, isAuthorize } from '../issuer/authorize/authorize.ts'
import { type ForwardAuthOptions, forwardAuth } from '../issuer/authorize/forward-auth.ts'
import { type JwtOptions, jwt } from '../issuer/authorize/jwt.ts'
import { choice, flag, made, members, text, texts, whole } from '../issuer/options/schema.ts'
import { type Secret, type Sources, secret } from './secret.ts'

/** Who may upload, as data: one of these, or a list of which the first that knows the caller counts. */
export type AuthorizeConfig = AuthorizerConfig | readonly AuthorizerConfig[]

type AuthorizerConfig =
  | {
      readonly jwt: Omit<JwtOptions, 'secret' | 'publicKey'> & { readonly secret?: Secret; readonly publicKey?: Secret }
    }
  | { readonly forwardAuth: ForwardAuthOptions }
  | { readonly apiKey: { readonly keys: readonly (Omit<ApiKey, 'key'> & { readonly key?: Secret })[] } }

const ADVICE =
  'Write { "jwt": … }, { "forwardAuth": … } or { "apiKey": … }, a function, or "public" to let everybody upload.'

/** An {@link AuthorizeConfig}, or what `createIssuer` takes. */
export function authorizeSchema(sources: Sources) {
  const One = choice(authorizers(sources))
  const Several = v.pipe(
    v.array(One),
    made((given): Authorize => anyOf(...given)),
  )
  return v.lazy((value): v.GenericSchema<unknown, Authorize | 'public'> => {
    if (isAuthorize(value)) return v.custom<Authorize | 'public'>(isAuthorize)
    if (Array.isArray(value)) return Several
    return typeof value === 'object' && value !== null ? One : v.never(ADVICE)
  })
}

function authorizers(sources: Sources): Readonly<Record<string, v.GenericSchema<unknown, Authorize>>> {
  const Keys = members({ keys: v.array(apiKeySchema(sources), 'Write a list of keys, [ … ].') })
  return {
    jwt: v.pipe(
      jwtSchema(sources),
      made((options): Authorize => unnamed(() => jwt(options))),
    ),
    forwardAuth: v.pipe(
      ForwardAuth,
      made((options): Authorize => unnamed(() => forwardAuth(options))),
    ),
    apiKey: v.pipe(
      Keys,
      made((options): Authorize => unnamed(() => apiKey(options))),
    ),
  }
}

function jwtSchema(sources: Sources) {
  const Names = v.union([text(), texts()], 'Write a text, or a list of texts.')
  return members({
    jwksUrl: v.exactOptional(text()),
    secret: v.exactOptional(secret(sources)),
    publicKey: v.exactOptional(secret(sources)),
    algorithms: v.exactOptional(texts()),
    issuer: v.exactOptional(Names),
    audience: v.exactOptional(Names),
    user: v.exactOptional(text()),
    prefix: v.exactOptional(text()),
    requiredClaims: v.exactOptional(texts()),
    cookie: v.exactOptional(text()),
    clockToleranceSeconds: v.exactOptional(whole(0, 300)),
    timeoutMs: v.exactOptional(v.number()),
  } satisfies Record<keyof JwtOptions, v.GenericSchema>)
}

const ForwardAuth = members({
  url: text(),
  headers: v.exactOptional(texts()),
  userHeader: v.exactOptional(text()),
  prefixHeader: v.exactOptional(text()),
  timeoutMs: v.exactOptional(v.number()),
  cacheSeconds: v.exactOptional(v.number()),
} satisfies Record<keyof ForwardAuthOptions, v.GenericSchema>)

function apiKeySchema(sources: Sources) {
  return members({
    name: text(),
    key: v.exactOptional(secret(sources)),
    sha256: v.exactOptional(text()),
    prefix: v.exactOptional(text()),
    actsForUsers: v.exactOptional(flag()),
  } satisfies Record<keyof ApiKey, v.GenericSchema>)
}

/** The path of a fault names the authorizer already. */
function unnamed<T>(create: () => T): T {
  try {
    return create()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new TypeError(error.message.replace(/^\w+: /, ''), { cause: error })
  }
}
