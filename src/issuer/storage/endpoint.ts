import { isIP } from 'node:net'

/** Where a bucket's name goes: into the host's name, or into the path. */
export type Addressing = 'host' | 'path'

/** `oss-cn-hangzhou.aliyuncs.com`, or `http://127.0.0.1:9000` → URL; throws a `TypeError` where it is none. */
export function readEndpoint(endpoint: string): URL {
  if (typeof endpoint === 'string' && endpoint.includes('@'))
    throw new TypeError('An endpoint takes no user name and password. Give the host alone.')
  const text = /^https?:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && url.pathname === '/' && url.search === '' && url.hash === '') return url
  throw new TypeError(
    `"${endpoint}" is no endpoint. Give a host such as oss-cn-hangzhou.aliyuncs.com, or http://127.0.0.1:9000.`,
  )
}

/** Vendor code writes both `cn-hangzhou` and `oss-cn-hangzhou`; a signature wants the first. @see docs/spec/post-object.md section 5 */
export function readRegion(region: string): string {
  const plain = region.replace(/^oss-/, '')
  if (/^[a-z0-9-]{1,40}$/.test(plain)) return plain
  throw new TypeError(`"${region}" is no region. Give one such as cn-hangzhou.`)
}

/** `oss-cn-hangzhou.aliyuncs.com` and `oss-cn-hangzhou-internal.aliyuncs.com` → `cn-hangzhou`. */
export function regionOfEndpoint({ hostname }: URL): string | undefined {
  return /^(?:s3\.)?oss-([a-z]{2}-[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/.exec(hostname)?.[1]
}

/** An address or `localhost` has no room for a bucket in its name. @see docs/spec/post-object.md section 1 */
function usualAddressing({ hostname }: URL): Addressing {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 ? 'path' : 'host'
}

/** Where a bucket's keys begin; ends in `/`. */
export function bucketUrl(endpoint: URL, bucket: string, addressing: Addressing = usualAddressing(endpoint)): string {
  const { protocol, host } = endpoint
  return addressing === 'path' ? `${protocol}//${host}/${bucket}/` : `${protocol}//${bucket}.${host}/`
}
