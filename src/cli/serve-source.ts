import { basename } from 'node:path'
import type { LoadedConfig } from '../config/load-config.ts'
import type { IssuerOptions } from '../issuer/create-issuer.ts'

/** What says how to serve: all of an issuer but its page, and where it listens. */
export interface ServeSource {
  /** The configuration's file; absent where the command line says it all. */
  readonly name?: string
  readonly issuer: Omit<IssuerOptions, 'page'>
  readonly page: boolean
  readonly host: string | undefined
  readonly port: number | undefined
  /** Where the credential comes from, where that is known. */
  readonly credentialFrom?: string
  /** What a person should hear of before it is served, each a sentence. */
  readonly warnings: readonly string[]
}

/** A configuration as what to serve. */
export function sourceOfConfig({ issuer, page, host, port, path, writtenSecrets }: LoadedConfig): ServeSource {
  const warnings = writtenSecrets.map(
    ({ line, member }) =>
      `${basename(path)}, line ${line}: ${member} is written here. Keep it elsewhere: { "env": "NAME" } or { "file": "path" }.`,
  )
  return { name: basename(path), issuer, page, host, port, warnings }
}
