/**
 * Who said so: signing upload forms and requests, and finding out who did. For servers; a secret has no place in a
 * browser.
 *
 * @example
 * import { createForm, ossV4 } from 'postern/sign'
 *
 * const signer = ossV4({ accessKeyId: 'LTAI…', accessKeySecret: '…' }, 'cn-hangzhou')
 * const form = createForm(
 *   { url: 'https://photos.oss-cn-hangzhou.aliyuncs.com/', bucket: 'photos', key: 'a.png', maxSize: 1024, expiresInSeconds: 600 },
 *   signer,
 *   new Date(),
 * )
 *
 * @see docs/spec/post-object.md section 5, docs/spec/auth.md
 * @packageDocumentation
 */
export { createForm, type FormGrant } from './sign/create-form.ts'
export type { VerifyOptions } from './sign/form-scheme.ts'
export { ossV1 } from './sign/oss-v1.ts'
export { ossV4 } from './sign/oss-v4.ts'
export type { RequestAddress } from './sign/request-address.ts'
export type { RequestScheme, RequestSchemeV1, RequestSchemeV4 } from './sign/request-scheme.ts'
export { s3V2 } from './sign/s3-v2.ts'
export { s3V4 } from './sign/s3-v4.ts'
export { presignQuery, presignUrl, signRequest } from './sign/sign-request.ts'
export type { Credential, FindCredential, Scheme, Signer } from './sign/signer.ts'
export { type VerifiedForm, verifyForm } from './sign/verify-form.ts'
export { type VerifiedRequest, verifyRequest } from './sign/verify-request.ts'
