import { PosternError } from '../../base/issuer-errors.ts'
import type { Work } from '../context.ts'
import type { Endpoint, Methods } from '../handler.ts'
import { abortUppyUpload, beginUppyUpload, completeUppyUpload, readUppyUpload } from './uppy-multipart.ts'
import { uppyParams } from './uppy-params.ts'
import { uppySts } from './uppy-sts.ts'

/**
 * What stock `@uppy/aws-s3` asks of its `endpoint`: the addresses and the shapes of a companion.
 *
 * @see docs/guide/uppy.md
 */
export function uppyEndpoints(serve: (work: Work) => Endpoint): [string, Methods][] {
  const at = (work: Work) => serve(forUppy(work))
  return [
    ['/s3/params', { GET: at(uppyParams) }],
    ['/s3/sts', { GET: at(uppySts) }],
    ['/s3/multipart', { POST: at(beginUppyUpload) }],
    ['/s3/multipart/*', { GET: at(readUppyUpload), POST: at(completeUppyUpload), DELETE: at(abortUppyUpload) }],
  ]
}

/** Of a refusal, Uppy shows people its `message`, and without one a number. */
function forUppy(work: Work): Work {
  return async (...asked) => {
    try {
      return await work(...asked)
    } catch (error) {
      if (!(error instanceof PosternError)) throw error
      const { code, message, facts, cause, retry } = error
      throw new PosternError(code, message, { ...facts, message }, { cause, retry })
    }
  }
}
