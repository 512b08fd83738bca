import { jsonResponse } from './answers.ts'
import type { IssuerContext } from './context.ts'
import { routeOf } from './signature.ts'

/**
 * `GET /get_sts_token_for_oss_upload`: a temporary credential, as the vendor's front ends read it, and what they need
 * beside it to put a file where they may: `new OSS({ bucket, region, … })`, keys that begin with `dir`.
 *
 * @see docs/spec/direct-upload-server.md section 1.1
 */
export async function stsToken(context: IssuerContext, request: Request, query: string | undefined): Promise<Response> {
  const { bucket, region } = context.storage
  const admission = await context.admit(request, routeOf(query))
  const { credential, dir } = await context.openSession(admission, context.now())
  return jsonResponse({
    AccessKeyId: credential.accessKeyId,
    AccessKeySecret: credential.accessKeySecret,
    SecurityToken: credential.securityToken,
    Expiration: `${credential.expires.toISOString().slice(0, 19)}Z`,
    bucket,
    ...(region === undefined ? {} : { region: `oss-${region}` }),
    dir,
  })
}
