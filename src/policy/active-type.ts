/**
 * Types that a browser runs, by themselves or because it takes them for a page: markup, scripts, and the three that it
 * guesses at. An object of such a type acts in the name of whoever shows it.
 *
 * @see https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type
 */
const ACTIVE = new Set([
  'text/html',
  'text/xsl',
  'text/x-component',
  'application/hta',
  'application/x-shockwave-flash',
  'application/x-httpd-php',
  'application/x-sh',
  'application/x-csh',
  'unknown/unknown',
  'application/unknown',
])

/** Whether a browser runs what has this type: `image/svg+xml`, without parameters and in lower case. */
export function isActiveType(essence: string): boolean {
  const slash = essence.indexOf('/')
  const subtype = essence.slice(slash + 1)
  if (subtype === 'xml' || subtype.startsWith('xml-') || subtype.endsWith('+xml')) return true
  if (essence.slice(0, slash) === 'multipart') return true
  return ACTIVE.has(essence) || /(?:java|ecma|live|vb|^j)script/.test(subtype)
}
