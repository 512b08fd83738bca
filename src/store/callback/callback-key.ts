import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { diskError } from '../disk/disk-error.ts'
import { syncPath } from '../disk/folders.ts'

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
  const file = await stat(path).catch(missing)
  if (file === undefined) return undefined
  if (HAS_MODES && (file.mode & 0o077) !== 0)
    throw new Error(`${path} holds a private key and other users can read it. Run: chmod 600 ${path}`)
  const key = file.size > MAX_FILE_BYTES ? undefined : parseKey(await readFile(path, 'utf8'))
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

/** Written whole under a name nobody looks for, then named: no start finds half of it. */
async function makeKey(path: string): Promise<CallbackKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: KEY_BITS })
  const draft = `${path}.draft`
  try {
    const file = await open(draft, 'w', 0o600)
    try {
      await file.chmod(0o600) // one that was left behind keeps its mode
      await file.writeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    await syncPath(dirname(path))
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

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

/** OSS's has 512, which can be factored in hours. Whoever verifies takes any length. */
const KEY_BITS = 2048
const MAX_FILE_BYTES = 64 * 1024
/** Windows has no such bits; there the folder's own access list is what protects the file. */
const HAS_MODES = process.platform !== 'win32'
