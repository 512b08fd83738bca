import { DebugError, type Sent } from './evidence.ts'
import { rebuildForm } from './rebuild-form.ts'
import { rebuildOss } from './rebuild-oss.ts'
import { rebuildS3 } from './rebuild-s3.ts'
import type { Rebuilt } from './rebuilt.ts'
import { targetOf } from './target.ts'

/**
 * The text that the signature of a form or a request must cover. `bucket` helps where the address does not tell it.
 *
 * @see docs/spec/post-object.md section 5, docs/spec/auth.md sections 1 to 4
 */
export function rebuild(sent: Sent, bucket: string | undefined): Rebuilt {
  if (sent.kind === 'form') return rebuildForm(sent.fields)
  const target = targetOf(sent.url)
  const rebuilt = rebuildS3(sent, target) ?? rebuildOss(sent, target, bucket)
  if (rebuilt !== undefined) return rebuilt
  throw new DebugError(
    'The request is not signed: it has no Authorization header, and no signature in its URL. Copy it with all its headers.',
  )
}
