import { PosternError } from '../base/errors.ts'

interface Failure {
  readonly errMsg?: string
}

/**
 * What of a platform's file system is used: `open`, `read` and `close`, or `readFile` where a version is too old for them.
 *
 * @see https://developers.weixin.qq.com/miniprogram/dev/api/file/FileSystemManager.read.html
 */
export interface FileSystem {
  open?(options: {
    readonly filePath: string
    readonly flag: 'r'
    readonly success: (opened: { readonly fd: string }) => void
    readonly fail: (failure: Failure) => void
  }): void
  read?(options: {
    readonly fd: string
    readonly arrayBuffer: ArrayBuffer
    readonly offset: number
    readonly length: number
    readonly position: number
    readonly success: (read: { readonly bytesRead: number; readonly arrayBuffer: ArrayBuffer }) => void
    readonly fail: (failure: Failure) => void
  }): void
  close?(options: { readonly fd: string }): void
  readFile(options: {
    readonly filePath: string
    readonly position: number
    readonly length: number
    readonly success: (read: { readonly data: string | ArrayBuffer }) => void
    readonly fail: (failure: Failure) => void
  }): void
}

/** Bytes of a file, from and up to; exactly those, or a `PosternError`. */
export async function readLocalFile(
  files: FileSystem,
  filePath: string,
  start: number,
  end: number,
): Promise<ArrayBuffer> {
  const length = end - start
  if (length === 0) return new ArrayBuffer(0) // the platform reads at least one byte
  const bytes = await readPiece(files, filePath, start, length)
  if (bytes.byteLength !== length) throw unreadable(filePath, `it has no ${length} bytes at ${start}`)
  return bytes
}

async function readPiece(files: FileSystem, filePath: string, position: number, length: number): Promise<ArrayBuffer> {
  // `readFile` takes no file over 100 MB, wherever it begins to read.
  if (files.open === undefined || files.read === undefined) return await readAtOnce(files, filePath, position, length)
  const fd = await new Promise<string>((resolve, reject) => {
    files.open?.({
      filePath,
      flag: 'r',
      success: (opened) => resolve(opened.fd),
      fail: ({ errMsg }) => reject(unreadable(filePath, errMsg)),
    })
  })
  try {
    return await new Promise<ArrayBuffer>((resolve, reject) => {
      files.read?.({
        fd,
        arrayBuffer: new ArrayBuffer(length),
        offset: 0,
        length,
        position,
        success: ({ bytesRead, arrayBuffer }) => resolve(arrayBuffer.slice(0, bytesRead)),
        fail: ({ errMsg }) => reject(unreadable(filePath, errMsg)),
      })
    })
  } finally {
    files.close?.({ fd })
  }
}

function readAtOnce(files: FileSystem, filePath: string, position: number, length: number): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    files.readFile({
      filePath,
      position,
      length,
      success({ data }) {
        if (typeof data === 'string') reject(unreadable(filePath, 'it came as text'))
        else resolve(data)
      },
      fail: ({ errMsg }) => reject(unreadable(filePath, errMsg)),
    })
  })
}

function unreadable(filePath: string, reason = 'no reason was given'): PosternError {
  return new PosternError('file-unreadable', `${filePath} cannot be read (${reason}). Choose the file again.`)
}
