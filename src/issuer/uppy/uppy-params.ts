import { jsonResponse } from '../answers.ts'
import type { IssuerContext } from '../context.ts'
import { issueUpload } from '../issue-upload.ts'
import { fileOfQuery, parseFile, routeOfFile } from './read-file.ts'

/** `GET /s3/params`: how Uppy sends a file in one piece: by a form, or by a PUT where the storage takes none. */
export async function uppyParams(
  context: IssuerContext,
  request: Request,
  query: string | undefined,
): Promise<Response> {
  const told = fileOfQuery(query)
  const admission = await context.admit(request, routeOfFile(told))
  const asked = parseFile(told, admission.rules)
  const upload = await issueUpload(context, admission, asked, await context.storage.signing())
  const fields = upload.method === 'POST' ? upload.fields : { key: upload.key } // Uppy sends none with a PUT, and learns the key here
  return jsonResponse({ ...upload, fields })
}
