import type { PosternError } from '../base/issuer-errors.ts'
import type { Admission } from './authorize/admit.ts'
import type { IssuerContext } from './context.ts'
import { parseFile } from './issue-request.ts'
import { type IssuedUpload, issueUpload } from './issue-upload.ts'
import { problemMembers, refusalOf } from './problem.ts'

/**
 * What each of several files gets, in their order: a form, or its problem. The caller and the credential are asked for once; each
 * file is judged and counted as if it had come alone, one after the other, so that the first ones get what is left.
 *
 * @param admission the first file is counted with it already
 */
export async function issueBatch(
  context: IssuerContext,
  admission: Admission,
  files: readonly unknown[],
): Promise<readonly object[]> {
  const { about, storage } = context
  about.files = files.length
  const signing = await storage.signing()

  async function issue(file: unknown, isFirst: boolean): Promise<IssuedUpload> {
    if (!isFirst) await context.admitNext(admission)
    const asked = parseFile(file)
    return await issueUpload({ ...context, about: {} }, admission, { asked, size: asked.size }, signing)
  }

  const uploads: object[] = []
  for (const [index, file] of files.entries()) {
    try {
      uploads.push(await issue(file, index === 0))
    } catch (error) {
      const refusal = refusalOf(error, context.onFault)
      note(context, refusal)
      uploads.push(problemMembers(refusal))
    }
  }
  return uploads
}

/** For log and metrics, where one answer is many. */
function note({ about }: IssuerContext, { code }: PosternError): void {
  about.refused ??= new Map()
  about.refused.set(code, (about.refused.get(code) ?? 0) + 1)
}
