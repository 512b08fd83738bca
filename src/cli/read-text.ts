import { open } from 'node:fs/promises'
import { CommandError, usageError } from './command-error.ts'

/** Far above any policy or form that a store would take. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024

/** The text of a file, or of standard input where the file is `-` or not named. */
export async function readText(path: string | undefined): Promise<string> {
  if (path !== undefined && path !== '-') return await readFileText(path)
  if (process.stdin.isTTY) throw usageError('Nothing to read: name a FILE, or pipe the text in.')
  return await readAll(process.stdin, 'Standard input')
}

async function readFileText(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    if ((await file.stat()).isDirectory()) throw new CommandError(`${path} is a folder, and a file is needed.`)
    return await readAll(file.createReadStream({ autoClose: false }), path)
  } finally {
    await file.close()
  }
}

async function readAll(source: AsyncIterable<unknown>, name: string): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of source) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a stream without an encoding gives bytes')
    size += chunk.length
    if (size > MAX_TEXT_BYTES) throw new CommandError(`${name} is over 8 MB: neither a policy nor a form is that long.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
