import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Endpoint, Methods } from './handler.ts'

/** The upload page as it is served: its HTML, and its scripts and styles by name. All of it is in memory. */
export interface Page {
  readonly html: string
  readonly files: ReadonlyMap<string, PageFile>
}

interface PageFile {
  readonly type: 'text/javascript' | 'text/css'
  readonly content: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer>
}

/** Asks at `/uploads`; or at the vendor's address; or as the first, and shows what only `postern dev` answers. */
export type PageKind = 'uploads' | 'signature' | 'dev'

/**
 * Reads the page once; from then on no path of a URL reaches the disk.
 *
 * @example
 * const page = await readPage('node_modules/postern/dist/page', 'uploads')
 */
export async function readPage(dir: string, kind: PageKind): Promise<Page> {
  const html = await readFile(join(dir, 'index.html'), 'utf8')
  const files = await Promise.all((await readdir(dir)).map((name) => readPageFile(dir, name)))
  return { html: html.replace('data-kind="uploads"', `data-kind="${kind}"`), files: new Map(files.flat()) }
}

/** A script or a style under its name; nothing for whatever else lies there. */
async function readPageFile(dir: string, name: string): Promise<[name: string, file: PageFile][]> {
  const type = typeOf(name)
  if (type === undefined) return []
  const content = new Uint8Array(await readFile(join(dir, name)))
  return [[name, { type, content, gzipped: new Uint8Array(gzipSync(content, { level: 9 })) }]]
}

function typeOf(name: string): PageFile['type'] | undefined {
  if (/^[\w-]+\.js$/.test(name)) return 'text/javascript'
  return /^[\w-]+\.css$/.test(name) ? 'text/css' : undefined
}

/** The storage's origin, for the page to send files to; a bare host where an answer names no scheme. */
export type StorageOrigin = () => string | Promise<string>

/** The page's addresses: `/`, and one for each of its files. */
export function pageEndpoints({ html, files }: Page, storageOrigin: StorageOrigin): [string, Methods][] {
  const page: Endpoint = async () =>
    new Response(html, { headers: { ...headersOf('text/html', policyOf(await storageOrigin())), ...NEVER_KEPT } })
  return [['/', { GET: page }], ...[...files].map(fileMethods)]
}

function fileMethods([name, file]: readonly [string, PageFile]): [string, Methods] {
  const isKept = isNamedByContent(name)
  const get: Endpoint = (request) => fileResponse(file, isKept, acceptsGzip(request))
  return [`/${name}`, { GET: get }]
}

function fileResponse({ type, content, gzipped }: PageFile, isKept: boolean, isGzipped: boolean): Response {
  const encoding = isGzipped ? { 'content-encoding': 'gzip' } : {}
  return new Response(isGzipped ? gzipped : content, {
    headers: { ...headersOf(type), ...(isKept ? KEPT : NEVER_KEPT), ...encoding, vary: 'accept-encoding' },
  })
}

/** The build ends each name with a hash of the content: another content has another name. */
function isNamedByContent(name: string): boolean {
  return /-[A-Z0-9]{8}\.\w+$/.test(name)
}

/** `gzip;q=0` is a refusal; nobody sends it. @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
function acceptsGzip(request: Request): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(request.headers.get('accept-encoding') ?? '')
}

const KEPT = { 'cache-control': 'public, max-age=31536000, immutable' }
const NEVER_KEPT = { 'cache-control': 'no-store' }

function headersOf(type: string, contentSecurityPolicy = "default-src 'none'"): Record<string, string> {
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': contentSecurityPolicy,
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
}

/**
 * Our own scripts and styles, nothing inline, no text that becomes code or markup; sends only to us and to the storage;
 * previews are `blob:` and `data:` images. Of trusted types the page makes one: the address of its worker.
 */
function policyOf(storageOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "worker-src 'self'",
    "img-src 'self' blob: data:",
    `connect-src 'self' ${storageOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types postern-worker',
  ].join('; ')
}
