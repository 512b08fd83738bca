export type { AboutRequest, StoreHandler, StoreRequest, StoreResponse } from './http/exchange.ts'
export type { HttpLimits } from './http/limits.ts'
export type { HttpServer, ListenOptions } from './http/server.ts'
export type { LogDestination, Logger } from './observe/logger.ts'
export type { Credential } from './sign/signer.ts'
export type { CallbackOptions } from './store/callback/callbacks.ts'
export {
  type CheckOptions,
  type CheckReport,
  checkStore,
  type Damage,
  type Orphan,
} from './store/check/check-store.ts'
export type { BucketAcl, Cors, CorsRule } from './store/disk/records.ts'
export type { StoreCredential } from './store/keys/own-keys.ts'
export type { RoleOptions } from './store/keys/parse-roles.ts'
export { type BucketOptions, openStore, type Store, type StoreOptions } from './store/open-store.ts'
