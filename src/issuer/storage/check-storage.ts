/** docs/spec/object-api.md section 3. */
const BUCKET = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/

export function checkBucket(bucket: string): string {
  if (typeof bucket === 'string' && BUCKET.test(bucket)) return bucket
  throw new TypeError(`"${bucket}" is no bucket: 3 to 63 of a-z, 0-9 and "-", with a letter or digit at each end.`)
}

/** An address that browsers post to, without a `/` at its end. */
export function checkUrl(what: string, url: string): string {
  const { protocol, username, password, search, hash } = parseUrl(what, url)
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError(`${what} must begin with https:// or http://.`)
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    throw new TypeError(`${what} must be an address without user, query or fragment.`)
  }
  return url.endsWith('/') ? url.slice(0, -1) : url
}

function parseUrl(what: string, url: string): URL {
  if (typeof url === 'string' && URL.canParse(url)) return new URL(url)
  throw new TypeError(`${what} is "${url}", which is no address. Say what browsers post to: https://bucket.endpoint/.`)
}
