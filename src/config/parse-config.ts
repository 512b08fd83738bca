import * as v from 'valibot'
import { readCallback } from '../issuer/callback/callback-options.ts'
import type { OnUploaded } from '../issuer/completion/completion.ts'
import { type Cors, createCrossOrigin } from '../issuer/cors.ts'
import type { IssuerOptions } from '../issuer/create-issuer.ts'
import { createClientAddress } from '../issuer/limits/client-address.ts'
import { type LimitOptions, readLimits } from '../issuer/limits/read-limits.ts'
import { collectFaults, type Fault, OptionsError } from '../issuer/options/faults.ts'
import { checked, faultsOf, flag, members, text, texts, whole } from '../issuer/options/schema.ts'
import { type Route, readRoutes, routeFaults } from '../issuer/route.ts'
import { createUploadTokens } from '../issuer/token/upload-token.ts'
import { readWebhook } from '../issuer/webhook/webhook-options.ts'
import { authorizeSchema } from './authorize-config.ts'
import { credentialSchema } from './credential-config.ts'
import type { PosternConfig } from './define-config.ts'
import { readVariable, type Sources, secret } from './secret.ts'
import { storageSchema } from './storage-config.ts'

/** A configuration with nothing left to look up. */
export interface ReadConfig {
  readonly issuer: Omit<IssuerOptions, 'page' | 'now'>
  /** Whether the upload page is served. */
  readonly page: boolean
  readonly host: string | undefined
  readonly port: number | undefined
}

/** What a file says → what an issuer takes. Throws an `OptionsError` with all that is wrong with it. */
export function parseConfig(value: unknown, sources: Sources): ReadConfig {
  const result = v.safeParse(configSchema(sources), value)
  const faults = [...(result.success ? [] : faultsOf(result.issues, '')), ...routeFaults(routesWithoutAuthorize(value))]
  const usual = collectFaults(faults, TOKEN_SECRET, () => tokenSecretOf(sources))
  if (!result.success || faults.length > 0) throw new OptionsError(faults)
  const { $schema, page, host, port, ...said } = result.output
  const issuer = { ...usual, ...said }
  const misfits = whatDoesNotFit(issuer)
  if (misfits.length > 0) throw new OptionsError(misfits)
  return { issuer, page, host, port }
}

function configSchema(sources: Sources) {
  return members({
    $schema: v.exactOptional(text()),
    storage: storageSchema(sources),
    routes: v.exactOptional(routesSchema(sources)),
    authorize: authorizeSchema(sources),
    onUploaded: v.exactOptional(hook<OnUploaded>()),
    webhook: v.exactOptional(webhookSchema(sources)),
    callback: v.exactOptional(
      members({ url: text(), keyUrls: v.exactOptional(texts()), confirm: v.exactOptional(flag()) }),
    ),
    sts: v.exactOptional(stsSchema(sources)),
    limits: v.exactOptional(limitsSchema(sources)),
    trustProxy: v.exactOptional(TrustProxySchema),
    cors: v.exactOptional(CorsSchema),
    publicUrl: v.exactOptional(
      v.pipe(
        text(),
        checked((publicUrl) => createCrossOrigin({ publicUrl })),
      ),
    ),
    tokenSecret: v.exactOptional(
      v.pipe(
        secret(sources),
        checked((text) => createUploadTokens(text, '')),
      ),
    ),
    basePath: v.exactOptional(text()),
    onError: v.exactOptional(hook<NonNullable<IssuerOptions['onError']>>()),
    log: v.exactOptional(
      v.custom<NonNullable<IssuerOptions['log']>>(
        (value) => typeof value === 'object' && value !== null,
        'Write a logger.',
      ),
    ),
    metrics: v.exactOptional(metricsSchema(sources)),
    page: v.optional(flag(), true),
    host: v.optional(text()),
    port: v.optional(whole(0, 65_535)),
  } satisfies Record<keyof PosternConfig | '$schema', v.GenericSchema>)
}

/** Only what is data where `createIssuer` takes a function is looked at here; `readRoutes` judges all of it. */
function routesSchema(sources: Sources) {
  const Authorized = v.looseObject({ authorize: v.exactOptional(authorizeSchema(sources)) })
  const entryOf = (route: unknown) => (isObject(route) ? Authorized : v.unknown())
  return v.pipe(
    v.lazy((routes) => (isObject(routes) ? v.object(mapValues(routes, entryOf)) : v.unknown())),
    v.transform((routes) => routes as Readonly<Record<string, Route>>), // looked at by routeFaults and readRoutes
  )
}

function mapValues<To>(object: object, change: (value: unknown) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function metricsSchema(sources: Sources) {
  const Token = members({ token: secret(sources) })
  return v.lazy((value) => (value === 'public' ? v.literal('public') : Token))
}

function webhookSchema(sources: Sources) {
  const Secret = secret(sources)
  const Several = v.array(Secret, 'Write a list of secrets, [ … ].')
  const Webhook = members({ url: text(), secret: v.lazy((value) => (Array.isArray(value) ? Several : Secret)) })
  return v.pipe(
    Webhook,
    checked((webhook) => readWebhook(webhook)),
  )
}

const CorsSchema = v.pipe(
  members({
    origins: v.union([v.literal('*'), texts()], 'Write a list of origins, such as ["https://app.example"], or "*".'),
    credentials: v.exactOptional(flag()),
    maxAgeSeconds: v.exactOptional(whole(0, 86_400)),
  } satisfies Record<keyof Cors, v.GenericSchema>),
  checked((cors) => createCrossOrigin({ cors })),
)

const TrustProxySchema = v.pipe(
  v.union([whole(0, 31), texts()], 'Write how many proxies there are, or a list of their addresses.'),
  checked((proxies) => createClientAddress(proxies, () => {})),
)

/** Only what is kept elsewhere is looked up by a schema of ours; `readLimits` judges all of it. */
function limitsSchema(sources: Sources) {
  const Limits = v.pipe(
    v.looseObject({ redis: v.exactOptional(secret(sources)) }, 'Write an object, { … }, or false.'),
    v.transform((limits): LimitOptions => limits),
    checked((limits) => readLimits(limits)),
  )
  return v.lazy((value) => (value === false ? v.literal(false) : Limits))
}

function stsSchema(sources: Sources) {
  return members({
    roleArn: text(),
    credential: v.exactOptional(credentialSchema(sources)),
    endpoint: v.exactOptional(text()),
    sessionName: v.exactOptional(text()),
    externalId: v.exactOptional(text()),
  })
}

/** A function, which only a configuration in JavaScript or TypeScript can have. */
function hook<T>() {
  return v.custom<T>((value) => typeof value === 'function', 'Write a function; JSON has none.')
}

/** What each part by itself allows, and the others do not. */
function whatDoesNotFit({ storage, routes, callback }: IssuerOptions): Fault[] {
  const faults: Fault[] = []
  collectFaults(faults, '', () => readRoutes(routes, storage))
  if (callback !== undefined) collectFaults(faults, '', () => readCallback(callback, storage))
  return faults
}

const TOKEN_SECRET = 'POSTERN_TOKEN_SECRET'

function tokenSecretOf({ environment }: Sources): Pick<IssuerOptions, 'tokenSecret'> {
  const tokenSecret = readVariable(TOKEN_SECRET, environment)
  return tokenSecret === undefined ? {} : { tokenSecret }
}

/** Who may upload is judged already, and may be data that routes do not know. */
function routesWithoutAuthorize(value: unknown): unknown {
  const routes = isObject(value) && 'routes' in value ? value.routes : undefined
  if (!isObject(routes)) return routes
  return mapValues(routes, (route) => {
    if (!isObject(route) || !('authorize' in route)) return route
    const { authorize, ...rest } = route
    return rest
  })
}
