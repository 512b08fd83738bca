/**
 * The bucket that a form's address names, or `undefined` where the address does not tell: behind a domain of one's own
 * any bucket may be.
 *
 * @see docs/spec/post-object.md section 1
 */
export function formBucket(url: string): string | undefined {
  const [, , authority = '', segment] = url.split(/[?#]/, 1).join('').split('/')
  const hostname = authority.replace(/:\d+$/, '').toLowerCase()
  if (segment !== undefined && segment !== '') return segment // bucket names need no escapes
  for (const [marker, end] of BUCKET_HOSTS) {
    const at = hostname.indexOf(marker)
    if (at > 0 && hostname.endsWith(end)) return hostname.slice(0, at)
  }
  return undefined
}

/** What follows the bucket in a host name, and how that host name ends. */
const BUCKET_HOSTS = [
  ['.oss-', '.aliyuncs.com'],
  ['.s3.', '.amazonaws.com'],
  ['.s3-', '.amazonaws.com'],
  ['.localhost', '.localhost'],
] as const
