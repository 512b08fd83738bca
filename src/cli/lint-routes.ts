import { ANYBODY } from '../issuer/authorize/caller.ts'
import { grantSignature, grantUpload } from '../issuer/grant.ts'
import { parseIssueRequest } from '../issuer/issue-request.ts'
import type { RouteRules } from '../issuer/route.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import { OSS, S3 } from '../policy/dialect.ts'
import type { Finding } from '../policy/lint/finding.ts'
import { lintPolicy } from '../policy/lint-policy.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { createForm, type FormGrant } from '../sign/create-form.ts'
import { ossV1 } from '../sign/oss-v1.ts'
import { ossV4 } from '../sign/oss-v4.ts'
import { s3V2 } from '../sign/s3-v2.ts'
import { s3V4 } from '../sign/s3-v4.ts'
import type { Signer } from '../sign/signer.ts'
import { formSubject } from './policy-lint.ts'
import type { Linted } from './service.ts'

/** Lints what each route would sign now. Nobody is asked for a credential: the findings are the same with any. */
export function lintRoutes(routes: readonly RouteRules[], storage: Storage, now: Date): Linted[] {
  return routes.flatMap((rules) => {
    const forms = { of: 'Forms of POST /uploads', route: rules.name, findings: lintUploads(rules, storage, now) }
    if (rules.answer === undefined) return [forms]
    const of = 'Answers to front ends that exist, GET /get_post_signature_for_oss_upload'
    return [forms, { of, route: rules.name, findings: lintSignature(rules, storage, now) }]
  })
}

function lintUploads(rules: RouteRules, storage: Storage, now: Date): Finding[] {
  if (!storage.takesForms) return []
  const [type = 'application/octet-stream'] = rules.types.named
  const request = parseIssueRequest({ filename: 'file', size: rules.minSize, type })
  return lint(grantUpload(admissionTo(rules), request, storage, now), storage, now, true)
}

function lintSignature(rules: RouteRules, storage: Storage, now: Date): Finding[] {
  return lint(grantSignature(admissionTo(rules), storage, now), storage, now, false)
}

/** Somebody who sends whatever metadata the route needs. */
function admissionTo(rules: RouteRules) {
  return { caller: ANYBODY, subject: '', rules: { ...rules, judgeMeta: () => undefined } }
}

function lint(grant: FormGrant, storage: Storage, now: Date, isWhole: boolean): Finding[] {
  const dialect = storage.dialect === 's3' ? S3 : OSS
  const form = createForm(grant, anySigner(storage), now)
  const policy = parsePolicy(form.fields['policy'] ?? '', dialect)
  const subject = isWhole ? formSubject(form) : { url: form.url }
  return lintPolicy(policy, dialect, { ...subject, scheme: storage.scheme, now })
}

function anySigner({ scheme, region = 'cn-hangzhou' }: Storage): Signer {
  const credential = { accessKeyId: 'any', accessKeySecret: 'any' }
  switch (scheme) {
    case 'oss-v1':
      return ossV1(credential)
    case 'oss-v4':
      return ossV4(credential, region)
    case 's3-v2':
      return s3V2(credential)
    case 's3-v4':
      return s3V4(credential, region)
  }
}
