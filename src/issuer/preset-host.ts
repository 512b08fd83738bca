import { PosternError } from '../base/issuer-errors.ts'
import { checkUrl } from './storage/check-storage.ts'

/** How a sample writes where its front end posts to. */
export type PresetHost = 'https' | 'http' | 'no scheme' | 'http, by location'

export interface HostOptions {
  readonly bucket: string
  readonly endpoint: string
  readonly hostUrl?: string
  readonly bucketLocation?: () => Promise<string>
}

export type Host = () => string | Promise<string>

/** The host that an answer names: worked out as the sample does, or `hostUrl` where that is given. */
export function createHost(kind: PresetHost, { bucket, endpoint, hostUrl, bucketLocation }: HostOptions): Host {
  const domain = `${bucket}.${checkEndpoint(endpoint)}`
  if (hostUrl !== undefined) return always(checkUrl('hostUrl', hostUrl))
  switch (kind) {
    case 'https':
      return always(`https://${domain}`)
    case 'http':
      return always(`http://${domain}`)
    case 'no scheme':
      return always(domain)
    case 'http, by location':
      if (bucketLocation === undefined)
        throw new TypeError('This preset asks where the bucket is: pass bucketLocation, or hostUrl.')
      return keepSuccess(async () => `http://${bucket}.${await locate(bucket, bucketLocation)}.aliyuncs.com`)
  }
}

/** A host without scheme is a source of its own in a Content-Security-Policy. */
export function originOf(host: string): string {
  return host.includes('://') ? new URL(host).origin : host
}

function checkEndpoint(endpoint: string): string {
  if (typeof endpoint === 'string' && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i.test(endpoint)) return endpoint
  throw new TypeError(
    `"${endpoint}" is no endpoint: a host without scheme or path, such as oss-cn-hangzhou.aliyuncs.com.`,
  )
}

async function locate(bucket: string, bucketLocation: () => Promise<string>): Promise<string> {
  try {
    const location = await bucketLocation()
    if (/^[a-z0-9-]{1,63}$/.test(location)) return location
    throw new Error(`${JSON.stringify(location)} is no location of a bucket.`)
  } catch (cause) {
    const detail = `The storage did not say where the bucket "${bucket}" is. Look at the endpoint and the key pair.`
    throw new PosternError('storage-unreachable', detail, {}, { cause })
  }
}

function always(host: string): Host {
  return () => host
}

/** Asks once for all who wait, and keeps the answer; a failure is kept for nobody. */
function keepSuccess<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined
  return () => {
    kept ??= ask().catch((error) => {
      kept = undefined
      throw error
    })
    return kept
  }
}
