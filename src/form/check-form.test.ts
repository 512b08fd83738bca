// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the protocol's variable, not a template's
import { describe, expect, test } from 'vitest'
import { MAX_OBJECT_BYTES } from '../base/limits.ts'
import { eq, fileSize, oneOf, startsWith } from '../policy/build-policy.ts'
import type { Condition } from '../policy/condition.ts'
import { encodePolicy } from '../policy/encode-policy.ts'
import { checkForm } from './check-form.ts'
import type { UploadForm } from './upload-form.ts'

const EXPIRATION = new Date('2026-11-24T12:00:00.000Z')
const NOW = new Date('2026-11-24T11:50:00.000Z')
const FILE = { name: 'a.png', size: 10, type: 'image/png' }

function formOf(conditions: readonly Condition[], more: Record<string, string> = {}, url?: string): UploadForm {
  const policy = encodePolicy({ expiration: EXPIRATION, conditions })
  return {
    method: 'POST',
    url: url ?? 'https://photos.oss-cn-hangzhou.aliyuncs.com/',
    fields: { key: 'user/${filename}', Policy: policy, OSSAccessKeyId: 'ak', Signature: 's', ...more },
    expiresAt: EXPIRATION.toISOString(),
  }
}

describe('a file is checked against the form before a byte is sent', () => {
  test('nothing to say where it would be accepted', () => {
    const form = formOf([
      eq('bucket', 'photos'),
      startsWith('key', 'user/'),
      oneOf('content-type', ['image/png']),
      fileSize(1, 10),
    ])
    expect(checkForm(form, FILE, NOW)).toEqual([])
  })

  test('all the failures where it would not', () => {
    const form = formOf([
      eq('bucket', 'other'),
      startsWith('key', 'other/'),
      eq('x-oss-meta-a', 'b'),
      oneOf('content-type', ['image/jpeg']),
      fileSize(1, 9),
    ])
    expect(checkForm(form, FILE, EXPIRATION)).toMatchObject([
      { kind: 'expired' },
      { kind: 'unmet', actual: 'photos' },
      { kind: 'unmet', actual: 'user/${filename}' },
      { kind: 'absent' },
      { kind: 'unmet', actual: 'image/png' },
      { kind: 'too-large', size: 10, max: 9 },
    ])
  })

  test('the clock is the caller’s, else the machine’s', () => {
    expect(checkForm(formOf([startsWith('key', '')]), FILE, EXPIRATION)).toMatchObject([{ kind: 'expired' }])
    const past = encodePolicy({ expiration: new Date(0), conditions: [startsWith('key', '')] })
    expect(checkForm(formOf([startsWith('key', '')], { Policy: past }), FILE)).toMatchObject([{ kind: 'expired' }])
  })

  test('a file without a type goes as application/octet-stream, as browsers send it', () => {
    const form = formOf([eq('content-type', 'application/octet-stream')])
    expect(checkForm(form, { ...FILE, type: '' }, NOW)).toEqual([])
    expect(checkForm(form, FILE, NOW)).toMatchObject([{ kind: 'unmet', actual: 'image/png' }])
  })

  test('x-oss-content-type comes before the type of the file, Content-Type after it', () => {
    const form = (more: Record<string, string>) => formOf([eq('content-type', 'text/plain')], more)
    expect(checkForm(form({ 'X-OSS-Content-Type': 'text/plain' }), FILE, NOW)).toEqual([])
    expect(checkForm(form({ 'Content-Type': 'text/plain' }), FILE, NOW)).toHaveLength(1)
  })

  test('no store takes more than 5 GB', () => {
    const file = { ...FILE, size: MAX_OBJECT_BYTES + 1 }
    const tooLarge = { kind: 'too-large', size: file.size, max: MAX_OBJECT_BYTES }
    expect(checkForm(formOf([startsWith('key', '')]), file, NOW)).toEqual([tooLarge])
    expect(checkForm(formOf([fileSize(1, file.size)]), file, NOW)).toEqual([tooLarge])
    expect(checkForm(formOf([fileSize(1, 10)]), file, NOW)).toEqual([{ ...tooLarge, max: 10 }])
    expect(checkForm(formOf([startsWith('key', '')]), { ...FILE, size: MAX_OBJECT_BYTES }, NOW)).toEqual([])
  })

  test('a form without a policy is anonymous: there is nothing to judge', () => {
    const form: UploadForm = { ...formOf([startsWith('key', '')]), fields: { key: 'a' } }
    expect(checkForm(form, FILE, NOW)).toEqual([])
  })
})

describe('the bucket', () => {
  const conditions = [eq('bucket', 'photos')]

  test('is compared where the address tells it', () => {
    expect(checkForm(formOf(conditions, {}, 'http://127.0.0.1:9000/photos/'), FILE, NOW)).toEqual([])
    expect(checkForm(formOf(conditions, {}, 'http://127.0.0.1:9000/other/'), FILE, NOW)).toHaveLength(1)
  })

  test('is left to the store behind a domain of one’s own', () => {
    expect(checkForm(formOf(conditions, {}, 'https://upload.example/'), FILE, NOW)).toEqual([])
  })
})

describe("S3's rules hold for a form with S3's fields", () => {
  test('every field must be covered', () => {
    const policy = encodePolicy({ expiration: EXPIRATION, conditions: [eq('key', 'a'), eq('bucket', 'photos')] })
    const fields = { bucket: 'photos', key: 'a', acl: 'private', Policy: policy, 'X-Amz-Signature': '0' }
    const form: UploadForm = { ...formOf([eq('key', 'a')]), fields, url: 'https://upload.example/' }
    expect(checkForm(form, FILE, NOW)).toEqual([{ kind: 'uncovered', field: 'acl' }])
  })

  test('the content type is a field of the form; the type of the file does not count', () => {
    const conditions = [startsWith('key', ''), eq('content-type', 'image/png')]
    const check = (more: Record<string, string>) =>
      checkForm(formOf(conditions, { ...more, AWSAccessKeyId: 'ak', OSSAccessKeyId: 'ak' }), FILE, NOW)
    expect(check({})).toMatchObject([{ kind: 'absent' }, { kind: 'uncovered', field: 'ossaccesskeyid' }])
    expect(check({ 'Content-Type': 'image/png' })).toMatchObject([{ kind: 'uncovered' }])
  })

  test('a mode of OSS is none of S3', () => {
    const form = formOf([oneOf('key', ['a'])], { AWSAccessKeyId: 'ak' })
    expect(() => checkForm(form, FILE, NOW)).toThrow(expect.objectContaining({ code: 'condition-mode-unknown' }))
  })
})

describe('a form that no file can be sent with is an error', () => {
  test('when its policy cannot be read', () => {
    const form = formOf([startsWith('key', '')], { Policy: 'e30=' })
    expect(() => checkForm(form, FILE, NOW)).toThrow(expect.objectContaining({ code: 'policy-empty' }))
  })

  test('when its key cannot name an object', () => {
    const check = (key: string, name = 'a') =>
      checkForm(formOf([startsWith('key', '')], { key }), { ...FILE, name }, NOW)
    expect(() => check('/a')).toThrow(expect.objectContaining({ code: 'key-invalid' }))
    expect(() => check('')).toThrow(expect.objectContaining({ code: 'key-empty' }))
    expect(() => check('${filename}', 'a'.repeat(1024))).toThrow(expect.objectContaining({ code: 'key-too-long' }))
  })
})
