import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { diskError } from '../disk/disk-error.ts'
import { readSecretFile, writeSecretFile } from '../disk/secret-file.ts'

/** The key pair that says a callback comes from this store. */
export interface CallbackKey {
  /** SubjectPublicKeyInfo, as PEM. */
  readonly publicPem: string
  /** RSASSA-PKCS1-v1_5 with MD5, in Base64. */
  sign(text: Uint8Array): string
}

/**
 * The key kept at `path`: read now if it is there, else made by the first who asks for it. Rejects with one sentence where
 * the file is not a key, or can be read by others.
 */
export async function openCallbackKey(path: string): Promise<() => Promise<CallbackKey>> {
  let key = await readKey(path)
  let made: Promise<CallbackKey> | undefined
  return async () => {
    if (key !== undefined) return key
    made ??= makeKey(path).finally(() => {
      made = undefined // a full disk may have room later
    })
    key = await made
    return key
  }
}

async function readKey(path: string): Promise<CallbackKey | undefined> {
  const read = await readSecretFile(path, MAX_FILE_BYTES)
  if (read === 'missing') return undefined
  if (read === 'readable by others')
    throw new Error(`${path} holds a private key and other users can read it. Run: chmod 600 ${path}`)
  const key = read === 'too long' ? undefined : parseKey(read.toString('utf8'))
  if (key !== undefined) return key
  throw new Error(
    `${path} is not an RSA key in PEM. Delete it and a new one is made; applications must then trust that.`,
  )
}

function parseKey(pem: string): CallbackKey | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' ? keyOf(key) : undefined
  } catch {
    return undefined
  }
}

async function makeKey(path: string): Promise<CallbackKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: KEY_BITS })
  try {
    await writeSecretFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  } catch (error) {
    throw diskError(error)
  }
  return keyOf(privateKey)
}

function keyOf(privateKey: KeyObject): CallbackKey {
  return {
    publicPem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
    sign: (text) => sign('RSA-MD5', text, privateKey).toString('base64'),
  }
}

/** OSS's has 512, which can be factored in hours. Whoever verifies takes any length. */
const KEY_BITS = 2048
const MAX_FILE_BYTES = 64 * 1024
