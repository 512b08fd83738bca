import { type Finding, finding } from './finding.ts'
import { conditionsOn, type Look } from './look.ts'

/** Fields that the form sends and no condition names, though the store asks for one. */
export function uncoveredFindings(look: Look): readonly Finding[] {
  const { dialect, fields } = look
  const names = [...(fields?.keys() ?? [])].filter((name) => dialect.mustCover(name))
  return names
    .filter((name) => conditionsOn(look, name).length === 0)
    .map((name) => finding('field-uncovered', undefined, { title: `No condition names the field "${name}"` }))
}

/** Conditions on fields that the form does not send. The address is the bucket, and on OSS the file brings its type. */
export function absentFindings({ policy, dialect, fields }: Look): readonly Finding[] {
  if (fields === undefined) return []
  return policy.conditions.flatMap((condition) => {
    if (condition.op === 'content-length-range') return []
    const name = condition.field.toLowerCase()
    if (name === 'bucket' || fields.has(name) || (name === 'content-type' && dialect.readsFileType)) return []
    return [finding('field-absent', condition, { title: `The form does not send the field "${name}"` })]
  })
}

/** Where the form goes. On one's own machine http is as good as https. */
export function addressFindings({ url }: Look): readonly Finding[] {
  if (url === undefined || !URL.canParse(url)) return []
  const { protocol, hostname } = new URL(url)
  return [
    ...(protocol === 'http:' && !isLoopback(hostname) ? [finding('host-http')] : []),
    ...(/-internal\.aliyuncs\.com$/.test(hostname) ? [finding('host-internal')] : []),
  ]
}

export function schemeFindings({ scheme, fields }: Look): readonly Finding[] {
  const told =
    scheme ?? (fields?.has('ossaccesskeyid') ? 'oss-v1' : fields?.has('awsaccesskeyid') ? 's3-v2' : undefined)
  if (told === 'oss-v1') return [finding('scheme-old')]
  return told === 's3-v2' ? [finding('scheme-old', undefined, S3_V2)] : []
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || /^127\./.test(hostname)
}

const S3_V2 = {
  consequence: 'The secret itself signs with SHA-1, for no day and no region; newer engines and regions refuse it.',
  fix: 'Sign with s3-v4.',
} as const
