import { S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { keyPath } from '../../src/sign/canonical-request.ts'
import { presignS3Url, type S3Request, signS3Request } from '../../src/sign/s3-request.ts'
import type { Credential } from '../../src/sign/signer.ts'
import { CREDENTIALS } from './sign.fixture.ts'

const NOW = new Date('2026-11-24T23:59:59Z')
const REGION = 'eu-central-1'
const UNSIGNED = 'UNSIGNED-PAYLOAD'

/** The SDK's own signer of requests, as its clients use it. */
async function sdkSigner({ accessKeyId, accessKeySecret, securityToken }: Credential) {
  const credentials = {
    accessKeyId,
    secretAccessKey: accessKeySecret,
    ...(securityToken !== undefined && { sessionToken: securityToken }),
  }
  const { signer } = new S3Client({ region: REGION, credentials }).config
  return await signer({ name: 'sigv4', signingName: 's3', signingRegion: REGION, properties: {} })
}

/** As the SDK writes a request; it learns from a header that the body is not signed, and makes a parameter of it in a URL. */
function sdkRequest({ method, url, query, headers }: S3Request) {
  const { protocol, hostname, port, host } = new URL(url)
  const sent: Record<string, string> = { ...headers, host, 'x-amz-content-sha256': UNSIGNED }
  return {
    method,
    protocol,
    hostname,
    path: url.slice(url.indexOf('/', 8)),
    query: Object.fromEntries(query),
    headers: sent,
    ...(port !== '' && { port: Number(port) }),
  }
}

const requests: S3Request[] = [
  { method: 'PUT', url: 'https://photos.s3.example/a.png', query: [], headers: { 'content-type': 'image/png' } },
  {
    method: 'PUT',
    url: `http://127.0.0.1:7480/photos/${keyPath("ümlaut ~'()*!/+&=?#.png")}`,
    query: [
      ['uploadId', '2~a/b+c='],
      ['partNumber', '10'],
    ],
    headers: { 'content-length': '5', 'content-type': 'application/octet-stream' },
  },
  {
    method: 'POST',
    url: 'http://127.0.0.1:7480/photos/a',
    query: [['uploads', '']],
    headers: { 'x-amz-meta-a': 'two  words', 'x-amz-acl': 'private' },
  },
]

for (const [who, credential] of CREDENTIALS) {
  test.each(requests)(`with ${who}, $method $url is signed as the AWS SDK signs it`, async (request) => {
    const signer = await sdkSigner(credential)
    const { headers } = await signer.sign(sdkRequest(request), { signingDate: NOW })
    const ours = signS3Request(request, credential, REGION, NOW)
    expect(ours['authorization']?.replaceAll(',', ', ')).toBe(headers['authorization'])
  })

  test.each(requests)(
    `with ${who}, the URL of $method $url is presigned as the AWS SDK presigns it`,
    async (request) => {
      const signer = await sdkSigner(credential)
      if (!('presign' in signer) || typeof signer.presign !== 'function') return expect.fail('it presigns nothing')
      const options = { signingDate: NOW, expiresIn: 600, unhoistableHeaders: new Set(Object.keys(request.headers)) }
      const { query } = await signer.presign(sdkRequest(request), options)
      const theirs: S3Request['query'] = [...request.query, ['x-amz-content-sha256', UNSIGNED]]
      const url = presignS3Url({ ...request, query: theirs }, credential, REGION, 600, NOW)
      expect(Object.fromEntries(new URL(url).searchParams)).toEqual(query)
    },
  )
}
