import { PosternError } from '../base/known-errors.ts'
import type { Fields } from '../form/upload-form.ts'
import { createForm, type FormGrant } from './create-form.ts'
import { ossV1 } from './oss-v1.ts'
import { ossV4 } from './oss-v4.ts'
import { s3V2 } from './s3-v2.ts'
import { s3V4 } from './s3-v4.ts'
import type { Credential, FindCredential, Signer } from './signer.ts'
import { verifyForm } from './verify-form.ts'

export const NOW = new Date('2023-12-03T12:12:12Z')
export const KEY_PAIR: Credential = { accessKeyId: 'ak', accessKeySecret: 'sk' }
export const TEMPORARY: Credential = { accessKeyId: 'STS.ak', accessKeySecret: 'sts-sk', securityToken: 'token+/=' }

export const find: FindCredential = (id) => [KEY_PAIR, TEMPORARY].find(({ accessKeyId }) => accessKeyId === id)

export const GRANT: FormGrant = {
  url: 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/',
  bucket: 'examplebucket',
  key: 'user/eric/a.png',
  maxSize: 1024,
  expiresInSeconds: 600,
}

export function signers(credential: Credential): Signer[] {
  return [ossV1(credential), ossV4(credential, 'cn-hangzhou'), s3V2(credential), s3V4(credential, 'us-east-1')]
}

/** The fields of a form as a store receives them. */
export function received(fields: Fields): Map<string, string> {
  return new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]))
}

/** A form's fields as received, with some of them changed, or left out where the change is `undefined`. */
export function receivedForm(
  signer: Signer,
  changes: Readonly<Record<string, string | undefined>> = {},
): Map<string, string> {
  const fields = received(createForm(GRANT, signer, NOW).fields)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) fields.delete(name)
    else fields.set(name, value)
  }
  return fields
}

/** The code of the error that a call throws, or `undefined` where it throws none. */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call()
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** Why a form is not accepted as signed. */
export function refusal(fields: ReadonlyMap<string, string>, now = NOW, region?: string): PosternError | undefined {
  try {
    verifyForm(fields, find, now, region === undefined ? {} : { region })
    return undefined
  } catch (error) {
    if (error instanceof PosternError) return error
    throw error
  }
}
