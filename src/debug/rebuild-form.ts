import type { ReceivedFields } from '../form/upload-form.ts'
import type { Scheme } from '../sign/signer.ts'
import { DebugError } from './evidence.ts'
import type { Rebuilt } from './rebuilt.ts'

/** Of a form it is the policy that is signed, exactly as it is sent. */
export function rebuildForm(fields: ReceivedFields): Rebuilt {
  const scheme = schemeOf(fields)
  const names = NAMES[scheme]
  const credential = fields.get(names.id) ?? ''
  const { accessKeyId, scope } = names.isScoped
    ? splitCredential(credential)
    : { accessKeyId: credential, scope: undefined }
  return {
    by: 'form',
    scheme,
    accessKeyId,
    scope,
    signature: fields.get(names.signature) ?? '',
    securityToken: fields.get(names.token) || undefined,
    stringToSign: needPolicy(fields),
    canonicalRequest: undefined,
  }
}

/** `<access key id>/<scope>`: the four parts at the end are the scope. */
export function splitCredential(credential: string): { readonly accessKeyId: string; readonly scope: string } {
  const parts = credential.split('/')
  const scope = parts.splice(-4).join('/')
  return { accessKeyId: parts.join('/'), scope }
}

function schemeOf(fields: ReceivedFields): Scheme {
  if (fields.has('x-oss-credential') || fields.has('x-oss-signature-version')) return 'oss-v4'
  if (fields.has('x-amz-credential') || fields.has('x-amz-algorithm')) return 's3-v4'
  return fields.has('awsaccesskeyid') ? 's3-v2' : 'oss-v1'
}

function needPolicy(fields: ReceivedFields): string {
  const policy = fields.get('policy')
  if (policy !== undefined) return policy
  throw new DebugError('The form has no field "policy": nobody signed it, so no signature can be wrong.')
}

const NAMES = {
  'oss-v1': { id: 'ossaccesskeyid', signature: 'signature', token: 'x-oss-security-token', isScoped: false },
  'oss-v4': { id: 'x-oss-credential', signature: 'x-oss-signature', token: 'x-oss-security-token', isScoped: true },
  's3-v2': { id: 'awsaccesskeyid', signature: 'signature', token: 'x-amz-security-token', isScoped: false },
  's3-v4': { id: 'x-amz-credential', signature: 'x-amz-signature', token: 'x-amz-security-token', isScoped: true },
} as const
