import type { IssuerOptions } from '../issuer/create-issuer.ts'

/** What a `postern.config.ts` says: all of an issuer but what belongs to a test. */
export type PosternConfig = Omit<IssuerOptions, 'now' | 'page'>

/** Gives a configuration back as it is: for the types, while it is written. */
export function defineConfig(config: PosternConfig): PosternConfig {
  return config
}
