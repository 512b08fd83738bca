import { connect } from 'node:net'
import { crc64 } from 'hash-wasm'
import type { Credential } from '../../../src/sign/signer.ts'
import { signRequest } from '../../../src/sign.ts'
import { openStore, type Store } from '../../../src/store/open-store.ts'
import { type Answer, send } from '../../store-client.ts'
import { LISTED } from './keys.ts'

export const BUCKET = 'photos'
export const OTHER_BUCKET = 'papers'
export const REGION = 'cn-hangzhou'
export const CREDENTIAL: Credential = { accessKeyId: 'LTAIexample', accessKeySecret: 'secret/with+signs=' }
export const TEMPORARY: Credential = { accessKeyId: 'STS.example', accessKeySecret: 'sk', securityToken: 'token+/=' }

/** A store that listens, and what a test does to it past the client under test. */
export interface Ground {
  readonly store: Store
  readonly port: number
  keep(
    key: string,
    content: Uint8Array | string,
    headers?: Readonly<Record<string, string>>,
    bucket?: string,
  ): Promise<void>
  /** What is kept under a key, read by the owner; `undefined` where there is nothing. */
  kept(key: string): Promise<Answer | undefined>
  /** What somebody is answered who signs nothing. */
  anonymous(key: string): Promise<Answer>
  /** Sends the beginning of a part, then goes away. */
  breakOffPart(key: string, uploadId: string, partNumber: number, content: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Opens a store that already keeps the 2,500 keys of the listings. */
export async function openGround(): Promise<Ground> {
  const store = await openStore({
    buckets: [BUCKET, OTHER_BUCKET],
    credentials: [CREDENTIAL, TEMPORARY],
    region: REGION,
  })
  const { port } = await store.listen()
  const ground: Ground = {
    store,
    port,
    async keep(key, content, headers = {}, bucket = BUCKET) {
      const { status, text } = await ask(store, { method: 'PUT', bucket, key, headers, body: content })
      if (status !== 200) throw new Error(`The store does not keep "${key}": ${status} ${text}`)
    },
    async kept(key) {
      const answer = await ask(store, { method: 'GET', bucket: BUCKET, key })
      return answer.status === 404 ? undefined : answer
    },
    anonymous: (key) => send(store, { method: 'GET', target: targetOf(BUCKET, key) }),
    breakOffPart: (key, uploadId, partNumber, content) => breakOffPart(port, { key, uploadId, partNumber, content }),
    close: () => store.close(),
  }
  await Promise.all(LISTED.map((key) => ground.keep(key, 'x')))
  return ground
}

interface Asked {
  readonly method: string
  readonly bucket: string
  readonly key: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** A request signed with V4, through the handler. */
async function ask(store: Store, { method, bucket, key, headers = {}, body = '' }: Asked): Promise<Answer> {
  const address = { method, bucket, key, query: [] }
  const signed = signRequest(address, headers, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
  return await send(store, { method, target: targetOf(bucket, key), headers: signed, body })
}

function targetOf(bucket: string, key: string): string {
  return `/${bucket}/${encodeURIComponent(key)}`
}

interface BrokenPart {
  readonly key: string
  readonly uploadId: string
  readonly partNumber: number
  readonly content: Uint8Array
}

async function breakOffPart(port: number, { key, uploadId, partNumber, content }: BrokenPart): Promise<void> {
  const number = String(partNumber)
  const query = [['partNumber', number] as const, ['uploadId', uploadId] as const]
  const address = { method: 'PUT', bucket: BUCKET, key, query }
  const signed = signRequest(address, {}, CREDENTIAL, { scheme: 'oss-v4', region: REGION }, new Date())
  const headers = { host: `127.0.0.1:${port}`, 'content-length': String(content.length), ...signed }
  const target = `${targetOf(BUCKET, key)}?partNumber=${number}&uploadId=${encodeURIComponent(uploadId)}`
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const socket = connect(port, '127.0.0.1')
  socket.write(`PUT ${target} HTTP/1.1\r\n${lines.join('')}\r\n`)
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.write(content.subarray(0, content.length / 2), () => resolve())
  })
  socket.destroy()
}

/** CRC-64/XZ in decimal, as `x-oss-hash-crc64ecma` gives it: what clients with CRC checks compare. */
export async function crcOf(content: Uint8Array): Promise<string> {
  return BigInt(`0x${await crc64(content, 'c96c5795d7870f42')}`).toString()
}
