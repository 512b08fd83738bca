import { randomBytes } from 'node:crypto'
import { link, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Credential } from '../sign/signer.ts'
import { CommandError } from './command-error.ts'

const MAX_FILE_BYTES = 4096
/** Windows has no such bits; there the folder's own access list is what protects the file. */
const HAS_MODES = process.platform !== 'win32'

/** The key pair kept at `path`; made there on the first run, readable by its owner only. */
export async function openCredentialFile(path: string): Promise<Credential> {
  return (await readCredentialFile(path)) ?? (await makeCredentialFile(path))
}

async function readCredentialFile(path: string): Promise<Credential | undefined> {
  let file: Awaited<ReturnType<typeof open>>
  try {
    file = await open(path, 'r')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
  try {
    const { mode, size } = await file.stat()
    if (HAS_MODES && (mode & 0o077) !== 0)
      throw new CommandError(`${path} holds a key pair and other users can read it. Run: chmod 600 ${path}`)
    const credential = size > MAX_FILE_BYTES ? undefined : parseCredential(await file.readFile('utf8'))
    if (credential !== undefined) return credential
  } finally {
    await file.close()
  }
  throw new CommandError(
    `${path} is not a key pair of ours. Delete it and a new one is made; forms signed with the old one stop working.`,
  )
}

/** Written whole under a name nobody looks for, then linked to its own: no reader sees half of it, no other pair is replaced. */
async function makeCredentialFile(path: string): Promise<Credential> {
  const credential = {
    accessKeyId: `postern${randomBytes(8).toString('hex')}`,
    accessKeySecret: randomBytes(30).toString('base64url'),
  }
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(draft, 'wx', 0o600)
  try {
    try {
      await file.writeFile(`${JSON.stringify(credential, undefined, 2)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error
    return await openCredentialFile(path) // another start of ours was faster
  } finally {
    await unlink(draft)
  }
  return credential
}

function parseCredential(text: string): Credential | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { accessKeyId, accessKeySecret } = value as Partial<Record<string, unknown>> // a parser: the two are looked at next
  if (!isKey(accessKeyId) || !isKey(accessKeySecret)) return undefined
  return { accessKeyId, accessKeySecret }
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
