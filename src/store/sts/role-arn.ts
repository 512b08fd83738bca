import { PosternError } from '../../base/request-errors.ts'
import { ROLE_PREFIX } from '../keys/key-policy.ts'

/** A role as a call names it. */
export interface RoleArn {
  /** The number of the account, as it was written: this store has one account, whatever its number. */
  readonly account: string
  readonly name: string
}

/** Reads `acs:ram::<account>:role/<name>`. */
export function parseRoleArn(text: string): RoleArn {
  const [, account, name] = ROLE_ARN.exec(text) ?? []
  if (account !== undefined && name !== undefined) return { account, name }
  throw new PosternError('sts-role-arn-invalid', 'Write it as "acs:ram::<account>:role/<name>".')
}

/** The role as policies name it. */
export function roleResource(name: string): string {
  return `${ROLE_PREFIX}role/${name}`
}

const ROLE_ARN = /^acs:ram::(\d{1,32}):role\/([A-Za-z\d.-]{1,64})$/
