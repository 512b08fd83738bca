import type { Handler } from '../issuer/handler.ts'
import type { Finding } from '../policy/lint/finding.ts'

/** A handler, and what a person reads of it where it starts. */
export interface Service {
  readonly handler: Handler
  /** Where it listens unless options say otherwise. */
  readonly host: string | undefined
  readonly port: number
  /** What a table says of it once it listens. */
  readonly rows: (url: string) => readonly (readonly [name: string, value: string])[]
  readonly lint: readonly Linted[]
  /** Sentences that should not be missed. */
  readonly warnings: readonly string[]
  /** What of it lets everybody upload: an empty text for all of it, ` on the route a`; absent where everybody is asked. */
  readonly open: string | undefined
}

/** What lint says of something that is signed. */
export interface Linted {
  /** `Forms of POST /uploads`. */
  readonly of: string
  /** Absent where there are no routes. */
  readonly route?: string
  readonly findings: readonly Finding[]
}
