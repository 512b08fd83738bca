import OSS from 'ali-oss'
import type { Credential } from '../../../src/sign/signer.ts'
import { createForm, ossV1, ossV4, presignUrl } from '../../../src/sign.ts'
import { aliOssForm, calculatePostSignature, signPostObjectPolicyV4 } from './ali-oss-form.ts'
import type { Presigner, PresignRequest } from './curl-client.ts'
import { BUCKET, REGION } from './ground.ts'
import type { Headers } from './object-client.ts'

const SECONDS = 60

/** Our own URLs and forms. */
export function posternSign(version: 'V1' | 'V4', credential: Credential, bucketUrl: string): Presigner {
  const scheme = version === 'V1' ? ({ scheme: 'oss-v1' } as const) : ({ scheme: 'oss-v4', region: REGION } as const)
  const signer = version === 'V1' ? ossV1(credential) : ossV4(credential, REGION)
  return {
    async url({ method, key, subResources = {}, query = {}, headers = {} }) {
      const pairs = Object.entries({ ...subResources, ...query })
      const address = { method, bucket: BUCKET, ...(key !== undefined && { key }), query: pairs }
      const how = { ...scheme, expiresInSeconds: SECONDS }
      return presignUrl(bucketUrl, address, headers, credential, how, new Date())
    },
    async form(key) {
      const fields: Headers = credential.securityToken ? { 'x-oss-security-token': credential.securityToken } : {}
      const grant = { url: bucketUrl, bucket: BUCKET, key, fields, minSize: 1, maxSize: 100, expiresInSeconds: SECONDS }
      return createForm(grant, signer, new Date())
    },
  }
}

/** URLs and forms that ali-oss makes for somebody else to use. */
export function aliOss(
  version: 'V1' | 'V4',
  credential: Credential,
  where: { readonly endpoint: string; readonly sldEnable?: boolean },
): Presigner {
  const { accessKeyId, accessKeySecret, securityToken } = credential
  const oss = new OSS({
    accessKeyId,
    accessKeySecret,
    ...(securityToken !== undefined && { stsToken: securityToken }),
    bucket: BUCKET,
    region: `oss-${REGION}`,
    ...where,
  })
  const signPolicy = version === 'V1' ? calculatePostSignature(oss) : signPostObjectPolicyV4(oss)
  return {
    url: version === 'V1' ? async (request) => aliOssV1(oss, request) : (request) => aliOssV4(oss, request),
    form: async (key) => ({
      url: `${where.endpoint}/${BUCKET}/`,
      fields: await aliOssForm(signPolicy, version, credential, key),
    }),
  }
}

/** V1 covers sub-resources only, and ali-oss has a place for no others: they are added to its URL. */
function aliOssV1(oss: OSS, { method, key = '', subResources = {}, query = {}, headers = {} }: PresignRequest): string {
  const url = oss.signatureUrl(key, { method, expires: SECONDS, subResource: { ...subResources }, ...headers })
  return [url, ...Object.entries(query).map((pair) => pair.map(encodeURIComponent).join('='))].join('&')
}

async function aliOssV4(oss: OSS, { method, key, subResources, query, headers = {} }: PresignRequest): Promise<string> {
  const pairs = Object.entries({ ...subResources, ...query }).map(([name, value]) => [
    name,
    value === '' ? null : value,
  ])
  return await oss.signatureUrlV4(method, SECONDS, { headers, queries: Object.fromEntries(pairs) }, key)
}
