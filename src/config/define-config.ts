import type { Authorize } from '../issuer/authorize/authorize.ts'
import type { IssuerOptions } from '../issuer/create-issuer.ts'
import type { LimitOptions } from '../issuer/limits/read-limits.ts'
import type { Route } from '../issuer/route.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import type { StsOptions } from '../issuer/sts/sessions.ts'
import type { AuthorizeConfig } from './authorize-config.ts'
import type { CredentialConfig } from './credential-config.ts'
import type { Secret } from './secret.ts'
import type { StorageConfig } from './storage-config.ts'

/** What a `postern.config.ts` or `.json` says. In JSON, everything that is data. */
export interface PosternConfig
  extends Omit<
    IssuerOptions,
    'now' | 'page' | 'storage' | 'authorize' | 'tokenSecret' | 'webhook' | 'sts' | 'limits' | 'metrics' | 'routes'
  > {
  /** `oss({ … })` or `s3({ … })`, or the same as data; what it leaves out is read from the environment. */
  readonly storage: Storage | StorageConfig
  /** By name, as `createIssuer` takes them; who may upload may be said as data here too. */
  readonly routes?: Readonly<Record<string, RouteConfig>>
  /** Who may upload: a function, `'public'` to let everybody, or as data. */
  readonly authorize: Authorize | 'public' | AuthorizeConfig
  /** As `createIssuer` takes it; `POSTERN_TOKEN_SECRET` where it is absent. */
  readonly tokenSecret?: Secret
  /** As `createIssuer` takes them; the address of Redis may hold a password, so it may be kept elsewhere. */
  readonly limits?: false | (Omit<LimitOptions, 'redis'> & { readonly redis?: Secret })
  readonly webhook?: { readonly url: string; readonly secret: Secret | readonly Secret[] }
  readonly sts?: Omit<StsOptions, 'credential'> & { readonly credential?: CredentialConfig | StsOptions['credential'] }
  readonly metrics?: 'public' | { readonly token: Secret }
  /** Where `postern serve` listens; 8000. */
  readonly port?: number
  /** 127.0.0.1 */
  readonly host?: string
  /** Whether `postern serve` shows the upload page; true. */
  readonly page?: boolean
}

type RouteConfig = Omit<Route, 'authorize'> & { readonly authorize?: Authorize | 'public' | AuthorizeConfig }

/**
 * Gives a configuration back as it is: for the types, while it is written.
 *
 * @example
 * export default defineConfig({
 *   storage: { kind: 'oss', bucket: 'photos', region: 'cn-hangzhou' },
 *   routes: { avatars: { prefix: 'avatars/', key: '${user}/${uuid}.${ext}', types: ['image/*'], maxSize: '5MB' } },
 *   authorize: (request) => sessionOf(request.headers.get('cookie')),
 * })
 *
 * @see docs/guide/configuration.md
 */
export function defineConfig<const Config extends PosternConfig>(config: Config): Config {
  return config
}
