import { request as httpRequest, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createUploader } from '../client/create-uploader.ts'
import { openAppSite } from './app-site.fixture.ts'
import { type NativeFile, reactNativeTransport } from './react-native.ts'

interface Part {
  readonly headers: Record<string, string>
  readonly fieldName: string
  readonly string?: string
  readonly uri?: string
}

/**
 * React Native's `FormData` from 0.74 to 0.76, which writes `filename*` beside the name.
 *
 * @see https://github.com/facebook/react-native/blob/v0.75.0/packages/react-native/Libraries/Network/FormData.js
 */
class NativeFormData {
  readonly entries: [string, string | { uri: string; name?: string; type?: string }][] = []

  append(name: string, value: string | { uri: string; name?: string; type?: string }): void {
    this.entries.push([name, value])
  }

  getParts(): Part[] {
    return this.entries.map(([fieldName, value]) => {
      const headers: Record<string, string> = { 'content-disposition': `form-data; name="${fieldName}"` }
      if (typeof value === 'string') return { string: value, headers, fieldName }
      const { name, type } = value
      if (name !== undefined)
        headers['content-disposition'] += `; filename="${name}"; filename*=utf-8''${encodeURIComponent(name)}`
      if (type !== undefined) headers['content-type'] = type
      return { ...value, headers, fieldName }
    })
  }
}

const FILES = new Map([['file:///tmp/1.jpg', Buffer.from('abc'.repeat(100_000))]])
let lastHead = ''

/** React Native's `XMLHttpRequest`: it sends what `getParts` gives, files from where they lie. */
class NativeRequest {
  readonly upload: { onprogress: (event: { loaded: number; total: number }) => void } = { onprogress: () => {} }
  onloadend = () => {}
  status = 0
  responseText = ''
  #url = ''
  #headers: string[] = []
  #sent: ReturnType<typeof httpRequest> | undefined

  open(_method: string, url: string): void {
    this.#url = url
  }

  send(form: NativeFormData): void {
    const boundary = 'react-native'
    const pieces = form.getParts().flatMap(({ headers, string, uri }) => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      lastHead = lines.join('')
      const content = string === undefined ? FILES.get(uri ?? '') : Buffer.from(string)
      return [Buffer.from(`--${boundary}\r\n${lastHead}\r\n`), content ?? Buffer.alloc(0), Buffer.from('\r\n')]
    })
    const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'content-length': body.length }
    this.#sent = httpRequest(this.#url, { method: 'POST', headers }, (response) => this.#read(response))
    this.#sent.on('error', () => this.onloadend())
    this.#sent.write(body.subarray(0, 1000), () => this.upload.onprogress({ loaded: 1000, total: body.length }))
    this.#sent.end(body.subarray(1000), () => this.upload.onprogress({ loaded: body.length, total: body.length }))
  }

  abort(): void {
    this.#sent?.destroy(new Error('aborted'))
  }

  getAllResponseHeaders(): string {
    return this.#headers.join('\r\n')
  }

  #read(response: IncomingMessage): void {
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      this.responseText += text
    })
    response.on('end', () => {
      this.status = response.statusCode ?? 0
      this.#headers = Object.entries(response.headers).map(([name, value]) => `${name}: ${String(value)}`)
      this.onloadend()
    })
  }
}

const FILE: NativeFile = { name: '照片 "1"/é.jpg', type: 'image/jpeg', size: 300_000, uri: 'file:///tmp/1.jpg' }

describe('React Native', () => {
  beforeEach(() => {
    vi.stubGlobal('FormData', NativeFormData)
    vi.stubGlobal('XMLHttpRequest', NativeRequest)
  })
  afterEach(() => void vi.unstubAllGlobals())

  test('uploads a file from where it lies, with a name that OSS takes', async () => {
    const site = await openAppSite()
    const uploader = createUploader<string, NativeFile>({ endpoint: site.issuerUrl, transport: reactNativeTransport() })
    const seen: number[] = []
    const upload = uploader.upload(FILE, { onProgress: ({ sentBytes }) => void seen.push(sentBytes) })
    const object = await upload.done
    expect((await site.read(object.key)).length).toBe(FILE.size)
    expect(seen.at(-1)).toBe(FILE.size)
    expect(lastHead).toBe(
      'content-disposition: form-data; name="file"; filename="__ _1___.jpg"\r\ncontent-type: image/jpeg\r\n',
    )
  })

  test('has headers of the answer', async () => {
    const site = await openAppSite()
    const uploader = createUploader<string, NativeFile>({ endpoint: site.issuerUrl, transport: reactNativeTransport() })
    expect((await uploader.upload(FILE).done).etag).toMatch(/^"?[0-9A-F]{32}"?$/)
  })

  test('cancels', async () => {
    const site = await openAppSite()
    const uploader = createUploader<string, NativeFile>({ endpoint: site.issuerUrl, transport: reactNativeTransport() })
    const upload = uploader.upload(FILE)
    upload.on('form', () => setTimeout(() => upload.cancel()))
    await expect(upload.done).rejects.toMatchObject({ code: 'upload-aborted' })
  })

  test('says that a store is out of reach, and that it may be tried again', async () => {
    const form = { method: 'POST', url: 'http://127.0.0.1:1/', fields: {}, expiresAt: '2026-11-24T12:00:00Z' } as const
    const watch = { onSent: () => {}, signal: new AbortController().signal }
    await expect(reactNativeTransport().sendForm(form, FILE, watch)).rejects.toMatchObject({
      code: 'network-lost',
      retry: 'same-form',
    })
  })
})

test('in a browser, whose FormData takes no file by its address, it says so and sends nothing', async () => {
  const form = { method: 'POST', url: 'http://127.0.0.1:1/', fields: {}, expiresAt: '2026-11-24T12:00:00Z' } as const
  const watch = { onSent: () => {}, signal: new AbortController().signal }
  await expect(async () => reactNativeTransport().sendForm(form, FILE, watch)).rejects.toThrow(/no React Native/)
})
