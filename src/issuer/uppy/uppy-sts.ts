import { jsonResponse } from '../answers.ts'
import type { IssuerContext } from '../context.ts'
import { routeOf } from '../signature.ts'

/** `GET /s3/sts`: a temporary credential, narrowed as any that the issuer hands out, as Uppy reads it. */
export async function uppySts(context: IssuerContext, request: Request, query: string | undefined): Promise<Response> {
  const { bucket, region } = context.storage
  const admission = await context.admit(request, routeOf(query))
  const { credential, dir } = await context.openSession(admission, context.now())
  return jsonResponse({
    credentials: {
      AccessKeyId: credential.accessKeyId,
      SecretAccessKey: credential.accessKeySecret,
      SessionToken: credential.securityToken,
      Expiration: credential.expires.toISOString(),
    },
    bucket,
    region,
    dir,
  })
}
