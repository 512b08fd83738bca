import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Endpoint, Methods } from './handler.ts'

/** The upload page as it is served: three files, by name. */
export interface Page {
  readonly html: string
  readonly script: string
  readonly style: string
}

/** Where the page asks for its forms: at `/uploads`, or at the vendor's address. */
export type PageAsk = 'uploads' | 'signature'

/**
 * Reads the page's three files once; from then on no path of a URL reaches the disk.
 *
 * @example
 * const page = await readPage('node_modules/postern/dist/page', 'uploads')
 */
export async function readPage(dir: string, ask: PageAsk): Promise<Page> {
  const [html, script, style] = await Promise.all([text('index.html'), text('page.js'), text('page.css')])
  return { html: html.replace('data-ask="uploads"', `data-ask="${ask}"`), script, style }

  function text(name: string): Promise<string> {
    return readFile(join(dir, name), 'utf8')
  }
}

/** The storage's origin, for the page to send files to; a bare host where an answer names no scheme. */
export type StorageOrigin = () => string | Promise<string>

/** The page's addresses: `/`, `/page.js`, `/page.css`. */
export function pageEndpoints(page: Page, storageOrigin: StorageOrigin): [string, Methods][] {
  const html: Endpoint = async () => fileResponse(page.html, 'text/html', policyOf(await storageOrigin()))
  return [
    ['/', { GET: html }],
    ['/page.js', { GET: () => fileResponse(page.script, 'text/javascript') }],
    ['/page.css', { GET: () => fileResponse(page.style, 'text/css') }],
  ]
}

function fileResponse(text: string, type: string, contentSecurityPolicy = "default-src 'none'"): Response {
  return new Response(text, {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-store',
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    },
  })
}

/** Our own script and style, nothing inline; sends only to us and to the storage; previews are `blob:` and `data:` images. */
function policyOf(storageOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    `connect-src 'self' ${storageOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
