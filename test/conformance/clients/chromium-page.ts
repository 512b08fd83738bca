import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type OSS from 'ali-oss'
import type { Browser, JSHandle, Page } from 'playwright'
import { listen } from '../../../src/http/listen.ts'
import type { HttpServer } from '../../../src/http/server.ts'
import type { Fetched, OpenRequest, SignedForm } from './object-client.ts'

type Options = ConstructorParameters<typeof OSS>[0]

/** A page on an origin of its own, with ali-oss's browser build in it. */
export interface ClientPage {
  /** The calls of a client that lives in the page; each gives what can be sent out of it. */
  create(options: Options): Promise<OSS>
  open(url: string, request?: OpenRequest): Promise<Fetched>
  postForm(form: SignedForm, content: Uint8Array): Promise<Fetched>
  close(): Promise<void>
}

/** Serves the page; its origin is what a bucket's CORS rule must allow. */
export async function servePage(): Promise<HttpServer> {
  const build = createRequire(import.meta.url).resolve('ali-oss/dist/aliyun-oss-sdk.js')
  const script = await readFile(build)
  const html = '<!doctype html><meta charset="utf-8"><script src="aliyun-oss-sdk.js"></script>'
  return await listen(async ({ url }) =>
    url.endsWith('.js')
      ? new Response(script, { headers: { 'content-type': 'text/javascript' } })
      : new Response(html, { headers: { 'content-type': 'text/html' } }),
  )
}

export async function openClientPage(browser: Browser, origin: string): Promise<ClientPage> {
  const page = await browser.newPage()
  await page.goto(origin)
  return {
    create: async (options) => remote(page, await page.evaluateHandle(createClient, options)),
    open: (url, request = {}) => page.evaluate(fetchInPage, { url, request: sendable(request) }),
    postForm: ({ url, fields }, content) => page.evaluate(postInPage, { url, fields, content: sendable(content) }),
    close: () => page.close(),
  }
}

/** The page's client as an object whose every call goes through the page. */
function remote(page: Page, client: JSHandle): OSS {
  const calls = new Proxy(
    {},
    {
      get: (_, method) =>
        method === 'then' // it is no promise
          ? undefined
          : async (...args: unknown[]) => {
              const { value, error } = await page.evaluate(callInPage, {
                client,
                method: String(method),
                args: args.map(sendable),
              })
              if (error !== undefined) throw Object.assign(new Error(error.message), error)
              return value
            },
    },
  )
  return calls as OSS
}

/** Playwright sends a Uint8Array, and takes a Buffer for something else. */
function sendable<Value>(value: Value): Value
function sendable(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value) || !(value instanceof Object) || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sendable(member)]))
}

// What follows runs in the page, so it can name nothing of this file.

function createClient(options: Options): object {
  return Reflect.construct(Reflect.get(globalThis, 'OSS'), [options])
}

interface Call {
  readonly client: object
  readonly method: string
  readonly args: readonly unknown[]
}

/** Bytes go in as a Blob, as from a file input; of an answer comes out what is plain data. */
async function callInPage({ client, method, args }: Call) {
  const blobs = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return new Blob([new Uint8Array(value)])
    if (Array.isArray(value) || !(value instanceof Object) || value instanceof Date) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, blobs(member)]))
  }
  try {
    const call: ((...args: unknown[]) => unknown) | undefined = Reflect.get(client, method)
    if (call === undefined) throw new TypeError(`There is no ${method}.`)
    const result = await Reflect.apply(call, client, args.map(blobs))
    if (!(result instanceof Object)) return { value: result }
    const { res, content, objects, ...data } = Object.fromEntries(Object.entries(result))
    const bytes = content instanceof Uint8Array ? new Uint8Array(content) : undefined
    const names = objects?.map(({ name }: { readonly name: string }) => ({ name })) // sending all of 1,000 takes a second
    return { value: { ...data, objects: names, content: bytes, res: { status: res?.status, headers: res?.headers } } }
  } catch (error) {
    const { name, message, status, code } = Object(error)
    return { error: { name, message: String(message), status, code } }
  }
}

async function fetchInPage({ url, request }: { readonly url: string; readonly request: OpenRequest }) {
  const { method = 'GET', headers = {}, body } = request
  const response = await fetch(url, { method, headers, ...(body && { body: new Uint8Array(body) }) })
  const content = new Uint8Array(await response.arrayBuffer())
  return { status: response.status, headers: Object.fromEntries(response.headers), content }
}

async function postInPage({ url, fields, content }: SignedForm & { readonly content: Uint8Array }) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new File([new Uint8Array(content)], '照片.png'))
  const response = await fetch(url, { method: 'POST', body: form })
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    content: new Uint8Array(await response.arrayBuffer()),
  }
}
