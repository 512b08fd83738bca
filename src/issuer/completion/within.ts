import { PosternError } from '../../base/issuer-errors.ts'

/** What the work gives; `upload-unconfirmed` where it takes longer, and whatever then becomes of it is told to `onLateFailure` alone. */
export async function within<T>(work: Promise<T>, ms: number, onLateFailure: (error: unknown) => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      work.catch(onLateFailure)
      reject(unconfirmed())
    }, ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function unconfirmed(): PosternError {
  const detail = 'The file is stored, but the application has not answered in time. Ask again with the same token.'
  return new PosternError('upload-unconfirmed', detail)
}
