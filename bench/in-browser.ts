// What a page of bench/browser-uploads.ts can do. Each function gives the seconds it took.
import { createUploader } from 'postern/client'

const TYPE = 'application/octet-stream'

const sides = {
  /** The client, as an application uses it. */
  async client(files: readonly File[], partsFrom: number) {
    const uploader = createUploader({ endpoint: '/', partsFrom, memory: false })
    await Promise.all(files.map((file) => uploader.upload(file).done))
  },
  /** One form for each file, one file after the other, by hand. */
  async bareForms(files: readonly File[]) {
    for (const file of files) {
      const { url, fields } = await ask('/uploads', { filename: file.name, size: file.size, type: TYPE })
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.append(name, String(value))
      body.append('file', file)
      await send('POST', url, body, {})
    }
  },
  /** One presigned PUT. */
  async barePut([file]: readonly File[]) {
    if (file === undefined) throw new Error('No file is chosen.')
    const query = `filename=${file.name}&type=${TYPE}&size=${file.size}`
    const url = await (await fetch(`/get_presigned_url_for_oss_upload?${query}`)).text()
    await send('PUT', url, file, { 'content-type': TYPE })
  },
}

async function ask(path: string, body: object) {
  const headers = { 'content-type': 'application/json' }
  return await (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

async function send(method: string, url: string, body: FormData | File, headers: Record<string, string>) {
  await new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(request.responseText)))
    request.onerror = () => reject(new Error('No answer.'))
    request.open(method, url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.send(body)
  })
}

async function measure(side: keyof typeof sides, files: readonly File[], partsFrom = Number.POSITIVE_INFINITY) {
  const started = performance.now()
  await sides[side](files, partsFrom)
  return (performance.now() - started) / 1000
}

function chosen(): File[] {
  return [...(document.querySelector('input')?.files ?? [])].map((file) => new File([file], file.name, { type: TYPE }))
}

function small(count: number, bytes: number): File[] {
  const content = new Uint8Array(bytes)
  return Array.from({ length: count }, (_, index) => new File([content], `${index}.bin`, { type: TYPE }))
}

Object.assign(globalThis, { measure, chosen, small })
