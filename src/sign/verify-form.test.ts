import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { createForm } from './create-form.ts'
import {
  codeOf,
  find,
  GRANT,
  KEY_PAIR,
  NOW,
  received,
  receivedForm,
  refusal,
  signers,
  TEMPORARY,
} from './forms.fixture.ts'
import { ossV1 } from './oss-v1.ts'
import { ossV4 } from './oss-v4.ts'
import { s3V2 } from './s3-v2.ts'
import { s3V4 } from './s3-v4.ts'
import { verifyForm } from './verify-form.ts'

const V1 = ossV1(KEY_PAIR)
const V4 = ossV4(KEY_PAIR, 'cn-hangzhou')
const AWS2 = s3V2(KEY_PAIR)
const AWS4 = s3V4(KEY_PAIR, 'us-east-1')
const SCHEMES = [V1, V4, AWS2, AWS4]

test('a form without any field of a signature is anonymous', () => {
  expect(verifyForm(new Map([['key', 'a']]), find, NOW)).toEqual({ kind: 'anonymous' })
})

const MISSING = undefined
const EMPTY = ''
const FAULTS = [
  // docs/spec/post-object.md section 3: any one of the three V1 fields demands the other two
  { signer: V1, field: 'ossaccesskeyid', value: MISSING, code: 'access-key-id-missing' },
  { signer: V1, field: 'ossaccesskeyid', value: EMPTY, code: 'access-key-id-empty' },
  { signer: V1, field: 'ossaccesskeyid', value: 'unknown', code: 'access-key-id-unknown' },
  { signer: V1, field: 'policy', value: MISSING, code: 'policy-missing' },
  { signer: V1, field: 'policy', value: EMPTY, code: 'policy-missing' },
  { signer: V1, field: 'signature', value: MISSING, code: 'signature-missing' },
  { signer: V1, field: 'signature', value: EMPTY, code: 'signature-empty' },
  { signer: V1, field: 'signature', value: 'c2lnbmF0dXJl', code: 'signature-mismatch' },
  { signer: AWS2, field: 'awsaccesskeyid', value: EMPTY, code: 'access-key-id-empty' },
  { signer: AWS2, field: 'policy', value: MISSING, code: 'policy-missing' },
  { signer: AWS2, field: 'signature', value: MISSING, code: 'signature-missing' },
  { signer: V4, field: 'x-oss-signature-version', value: MISSING, code: 'access-key-id-missing' },
  { signer: V4, field: 'x-oss-signature-version', value: EMPTY, code: 'signature-version-unknown' },
  { signer: V4, field: 'x-oss-signature-version', value: 'OSS2', code: 'signature-version-unknown' },
  { signer: V4, field: 'x-oss-signature-version', value: 'oss4-hmac-sha256', code: 'signature-version-unknown' },
  { signer: V4, field: 'policy', value: MISSING, code: 'policy-missing' },
  { signer: V4, field: 'x-oss-credential', value: MISSING, code: 'credential-missing' },
  { signer: V4, field: 'x-oss-credential', value: EMPTY, code: 'credential-malformed' },
  { signer: V4, field: 'x-oss-credential', value: 'ak', code: 'credential-malformed' },
  {
    signer: V4,
    field: 'x-oss-credential',
    value: '20231203/cn-hangzhou/oss/aliyun_v4_request',
    code: 'credential-malformed',
  },
  {
    signer: V4,
    field: 'x-oss-credential',
    value: '/20231203/cn-hangzhou/oss/aliyun_v4_request',
    code: 'access-key-id-empty',
  },
  {
    signer: V4,
    field: 'x-oss-credential',
    value: 'ak/20231203/cn-hangzhou/oss/aws4_request',
    code: 'credential-malformed',
  },
  {
    signer: V4,
    field: 'x-oss-credential',
    value: 'ak/20231203/cn-hangzhou/s3/aliyun_v4_request',
    code: 'credential-malformed',
  },
  { signer: V4, field: 'x-oss-credential', value: 'ak/20231203//oss/aliyun_v4_request', code: 'credential-malformed' },
  {
    signer: V4,
    field: 'x-oss-credential',
    value: `${'a'.repeat(2_000_000)}/20231203/cn-hangzhou/oss/aliyun_v4_request`,
    code: 'credential-malformed',
  },
  {
    signer: V4,
    field: 'x-oss-credential',
    value: 'ak/2023-12-03/cn-hangzhou/oss/aliyun_v4_request',
    code: 'credential-date',
  },
  {
    signer: V4,
    field: 'x-oss-credential',
    value: 'ak/20231202/cn-hangzhou/oss/aliyun_v4_request',
    code: 'credential-date',
  },
  {
    signer: V4,
    field: 'x-oss-credential',
    value: 'ak/20231203/cn-beijing/oss/aliyun_v4_request',
    code: 'signature-mismatch',
  },
  { signer: V4, field: 'x-oss-date', value: MISSING, code: 'date-missing' },
  { signer: V4, field: 'x-oss-date', value: EMPTY, code: 'date-malformed' },
  { signer: V4, field: 'x-oss-date', value: '2023-12-03T12:12:12Z', code: 'date-malformed' },
  { signer: V4, field: 'x-oss-signature', value: MISSING, code: 'signature-missing' },
  { signer: V4, field: 'x-oss-signature', value: EMPTY, code: 'signature-empty' },
  { signer: AWS4, field: 'x-amz-algorithm', value: MISSING, code: 's3-algorithm-missing' },
  { signer: AWS4, field: 'x-amz-algorithm', value: 'AWS4-HMAC-SHA1', code: 'signature-version-unknown' },
  { signer: AWS4, field: 'x-amz-date', value: MISSING, code: 's3-date-missing' },
  { signer: AWS4, field: 'x-amz-credential', value: MISSING, code: 'credential-missing' },
  { signer: AWS4, field: 'x-amz-signature', value: MISSING, code: 'signature-missing' },
]

test.each(FAULTS)('$signer.scheme with $field = $value → $code', ({ signer, field, value, code }) => {
  expect(refusal(receivedForm(signer, { [field]: value }))?.code).toBe(code)
})

test.each(['policy', 'signature'])('%j alone asks for the access key id', (field) => {
  expect(refusal(new Map([[field, 'x']]))?.code).toBe('access-key-id-missing')
})

test('a legacy OSS2 form is told which version to write', () => {
  const fields = new Map([
    ['policy', 'e30='],
    ['x-oss-signature-version', 'OSS2'],
    ['x-oss-access-key-id', 'ak'],
    ['x-oss-signature', 'x'],
  ])
  expect(refusal(fields)?.message).toBe('x-oss-signature-version is "OSS2"; write "OSS4-HMAC-SHA256".')
})

test('an unknown access key id is named in the answer', () => {
  const error = refusal(receivedForm(V1, { ossaccesskeyid: 'LTAIother' }))
  expect(error?.facts).toEqual({ OSSAccessKeyId: 'LTAIother' })
})

test('a wrong signature is answered with the string to sign, never with a secret', () => {
  const error = refusal(receivedForm(V4, { 'x-oss-signature': '0'.repeat(64) }))
  expect(error?.facts).toEqual({
    OSSAccessKeyId: 'ak',
    SignatureProvided: '0'.repeat(64),
    StringToSign: receivedForm(V4).get('policy'),
  })
})

test('an answer stays small however large the fields are', () => {
  const large = 'x'.repeat(2_000_000)
  for (const field of ['policy', 'ossaccesskeyid', 'signature']) {
    const error = refusal(receivedForm(V1, { [field]: large }))
    expect(JSON.stringify([error?.message, error?.facts]).length).toBeLessThan(10_000)
  }
})

test('a form with the fields of two schemes is refused, whichever of them are right', () => {
  for (const one of SCHEMES) {
    for (const other of SCHEMES) {
      if (one === other) continue
      expect(refusal(new Map([...receivedForm(one), ...receivedForm(other)]))?.code).toBe('signature-schemes-mixed')
    }
  }
  const mixed = refusal(receivedForm(V4, { ossaccesskeyid: 'ak' }))
  expect(mixed?.message).toBe(
    'It has x-oss-signature-version (oss-v4) and ossaccesskeyid (oss-v1); send the fields of one scheme.',
  )
})

test('a stray "signature" beside the V4 fields is not looked at, for front ends send the whole answer back', () => {
  expect(refusal(receivedForm(V4, { signature: 'x' }))).toBeUndefined()
})

test('a form is accepted as the scheme it was signed in, and as no other with its fields renamed', () => {
  for (const one of SCHEMES) {
    for (const other of SCHEMES) {
      // Both are the same HMAC of the same text, and S3's reading only forbids more.
      const isStricterReading = one === V1 && other === AWS2
      if (one === other || isStricterReading) continue
      const values = [...receivedForm(one).values()]
      const renamed = new Map([...receivedForm(other).keys()].map((name, at) => [name, values[at] ?? '']))
      expect(
        codeOf(() => accept(renamed)),
        `${one.scheme} as ${other.scheme}`,
      ).toBeDefined()
    }
  }
})

test('an s3-v2 form renamed to oss-v1, where fields need no cover, is refused by its own policy', () => {
  const fields = receivedForm(AWS2, {
    awsaccesskeyid: undefined,
    ossaccesskeyid: 'ak',
    'x-oss-object-acl': 'public-read',
  })
  expect(verifyForm(fields, find, NOW)).toMatchObject({ kind: 'signed', scheme: 'oss-v1' }) // one and the same HMAC
  expect(() => accept(fields)).toThrow('The policy refuses it.')
})

const texts = fc.string({ unit: 'grapheme', maxLength: 40 })

test('what is signed verifies, in every scheme and at every time', () => {
  const life = fc.integer({ min: 1, max: 7 * 24 * 3600 })
  const instants = fc.date({ min: new Date('2000-01-01'), max: new Date('2999-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(texts, texts, instants, life, (key, value, now, expiresInSeconds) => {
      for (const signer of [...SCHEMES, ...signers(TEMPORARY)]) {
        const form = createForm({ ...GRANT, key, fields: { 'x-ignore-this': value }, expiresInSeconds }, signer, now)
        const fields = received(form.fields)
        expect(verifyForm(fields, find, now)).toMatchObject({ kind: 'signed', scheme: signer.scheme })
      }
    }),
    { numRuns: 50 },
  )
})

test('one character of the policy or of the signature changed, added or removed is refused', () => {
  const replacement = fc.constantFrom(...'ABCxyz019+/=-_ \u0000é')
  fc.assert(
    fc.property(fc.constantFrom(...SCHEMES), fc.boolean(), fc.nat(), replacement, (signer, ofPolicy, position, by) => {
      const field = ofPolicy ? 'policy' : (signatureFieldOf(signer.scheme) ?? '')
      const text = receivedForm(signer).get(field) ?? ''
      const at = position % text.length
      for (const changed of [
        text.slice(0, at) + by + text.slice(at + 1),
        text.slice(0, at) + by + text.slice(at),
        text.slice(0, at) + text.slice(at + 1),
      ]) {
        if (changed !== text)
          expect(refusal(receivedForm(signer, { [field]: changed }))?.code).toBe('signature-mismatch')
      }
    }),
  )
})

test('no field, of whatever text, makes verifying fail otherwise than with a refusal', () => {
  const names = [...new Set(SCHEMES.flatMap((signer) => [...receivedForm(signer).keys()]))]
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), texts), fc.constantFrom(...SCHEMES), (changes, signer) => {
      refusal(receivedForm(signer, changes))
    }),
  )
})

function signatureFieldOf(scheme: string): string | undefined {
  return { 'oss-v1': 'signature', 's3-v2': 'signature', 'oss-v4': 'x-oss-signature', 's3-v4': 'x-amz-signature' }[
    scheme
  ]
}

/** Throws unless the form is signed and keeps its policy. */
function accept(fields: ReadonlyMap<string, string>): void {
  const form = verifyForm(fields, find, NOW)
  if (form.kind === 'anonymous') throw new Error('It is anonymous.')
  const submission = { fields, bucket: 'examplebucket', contentType: undefined, now: NOW }
  if (evaluatePolicy(parsePolicy(form.policy, form.dialect), submission, form.dialect).length > 0)
    throw new Error('The policy refuses it.')
}
