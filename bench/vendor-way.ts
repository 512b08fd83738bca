import type { RequestListener } from 'node:http'
import OSS from 'ali-oss'
import express from 'express'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'

/**
 * The guide's Node.js sample as it is written: Express, a client of ali-oss made anew for each request, the bucket's location asked
 * for each time. Here the location is answered on this machine; there it is a journey to OSS.
 */
export function vendorWay(locationPort: number): RequestListener {
  const app = express()
  app.get('/get_post_signature_for_oss_upload', async (_request, response) => {
    const { accessKeyId, accessKeySecret } = CREDENTIAL
    const endpoint = `http://127.0.0.1:${locationPort}`
    const client = new OSS({ accessKeyId, accessKeySecret, bucket: BUCKET, region: `oss-${REGION}`, endpoint })
    const expiration = new Date(Date.now() + 3_600_000).toISOString()
    const policy = { expiration, conditions: [['content-length-range', 0, 1_048_576_000], { bucket: BUCKET }] }
    const form = client.calculatePostSignature(policy)
    const { location } = await client.getBucketLocation(BUCKET)
    response.json({
      expire: expiration,
      policy: form.policy,
      signature: form.Signature,
      ossAccessKeyId: form.OSSAccessKeyId,
      host: `http://${BUCKET}.${location}.aliyuncs.com`,
      dir: 'prefix/',
    })
  })
  return app
}

/** What OSS answers to `GET /?location`. */
export const LOCATION_XML = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint>oss-${REGION}</LocationConstraint>`
