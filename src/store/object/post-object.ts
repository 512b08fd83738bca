import { PosternError } from '../../base/request-errors.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { parseBoundary } from '../../multipart/boundary.ts'
import { readEntries } from '../../multipart/read-entries.ts'
import { readForm } from '../../multipart/read-form.ts'
import { refusal } from '../../policy/refusal.ts'
import { callbackResponse } from '../callback/callback-response.ts'
import { objectUrl } from '../request/address.ts'
import type { BucketCall } from '../request/call.ts'
import { type CheckedBody, checkedBody } from '../request/checked-body.ts'
import type { StoreContext } from '../request/context.ts'
import { boundedFile } from './bounded-file.ts'
import { judgeForm } from './judge-form.ts'
import { keepObject } from './keep-object.ts'
import { objectResponse } from './object-response.ts'

/**
 * Accepts a form with its file: everything that can be refused without the file is refused before the file is read, and
 * nothing is kept before the form's last byte was read and found right. An application that is told of the object answers
 * for the store, whatever else the form says of the answer.
 *
 * @see docs/spec/post-object.md
 */
export async function postObject(context: StoreContext, call: BucketCall): Promise<StoreResponse> {
  const { request, address, bucket } = call
  const boundary = parseBoundary(request.headers.get('content-type'))
  const body = checkedBody(request)
  const left = announcedLeft(body)
  const entries = readEntries(body.chunks, boundary)
  try {
    const form = await readForm(entries, {}, { dialect: 's3', strict: context.strictForms }) // OSS's rules: in judgeForm
    const { key, size, redirect, callback, ...judged } = await judgeForm(context, call, form)
    const bounds = { maxBytes: size.max, left, closingBytes: boundary.length + CLOSING_MARKS }
    const record = await keepObject(context, {
      ...judged,
      bucket,
      key,
      source: boundedFile(form.file.content, bounds),
      async settle(digest) {
        await form.finish()
        body.check()
        if (digest.size < size.min) throw refusal([{ kind: 'too-small', size: digest.size, min: size.min }])
      },
    })
    if (callback !== undefined) {
      const made = { caller: judged.caller, bucket, key, object: record, operation: 'PostObject' } as const
      return await callbackResponse(context, call, callback, made)
    }
    const url = objectUrl(request.headers.get('host') ?? 'localhost', address, key)
    return objectResponse(form.fields, redirect, record, { bucket, key, url })
  } finally {
    await entries.return() // lets go of the body, wherever we stopped
  }
}

/** `\r\n--` before the last boundary, `--\r\n` behind it. */
const CLOSING_MARKS = 8

/** A form must announce its length. docs/spec/form-hazards.md section 2, row 26. */
function announcedLeft({ left }: CheckedBody): () => number {
  if (left() === undefined) throw new PosternError('length-missing', 'Announce the length of the form.')
  return () => left() ?? 0
}
