import { randomBytes } from 'node:crypto'
import { access, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from './folders.ts'

export interface FolderLock {
  release(): Promise<void>
}

const NAME = /^\d+-[0-9a-f]{16}$/

/** What fits into a socket address on every system, with room for its final zero. */
const MAX_SOCKET_PATH_BYTES = 100

/**
 * Keeps a folder for this process. A process that is killed releases its folder by dying.
 *
 * Each holder listens on a socket of its own, with a name that is used once; whoever wants the folder first listens and
 * then calls all others: one that answers is alive, one that does not is a leftover. Of two that come at the same moment
 * at least one sees the other. docs/decisions/0008-one-process-a-folder.md
 */
export async function lockFolder(dir: string): Promise<FolderLock> {
  const locks = join(dir, 'lock')
  await makeFolder(locks)
  const own = `${process.pid}-${randomBytes(8).toString('hex')}`
  const server = await atShortPath(join(locks, own), listenOn)
  const release = async (): Promise<void> => {
    await new Promise((resolve) => server.close(resolve))
    await rm(join(locks, own), { force: true })
  }
  try {
    for (const other of await readdir(locks)) {
      if (other === own || !NAME.test(other)) continue
      if (await atShortPath(join(locks, other), answers)) throw inUse(dir, other)
      await rm(join(locks, other), { force: true })
    }
    await access(join(locks, own)) // gone, where somebody called between our name and our first answer
    return { release }
  } catch (error) {
    await release()
    throw error
  }
}

function inUse(dir: string, holder: string): Error {
  const pid = holder.slice(0, holder.indexOf('-'))
  return new Error(`The folder ${dir} is in use by process ${pid}: stop it, or choose another folder.`)
}

function listenOn(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', reject)
    server.listen(path, () => {
      server.unref()
      resolve(server)
    })
  })
}

/** Whether a living process listens there. In doubt, yes. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
  })
}

/** A socket's address holds about a hundred bytes: a longer path is reached through a short symbolic link. */
async function atShortPath<T>(path: string, use: (path: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return await use(path)
  const folder = await mkdtemp(join(tmpdir(), 'postern-'))
  try {
    const link = join(folder, 'l')
    await symlink(dirname(path), link)
    return await use(join(link, basename(path)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
