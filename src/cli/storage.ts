import { isIP } from 'node:net'
import type { Command } from 'commander'
import { Option } from 'commander'
import { isBucketName } from '../store/request/bucket-name.ts'
import { BUCKET_ADVICE } from './bucket-name.ts'
import { usageError } from './command-error.ts'

/** What a command's storage options hold. */
export interface StorageOptions {
  readonly bucket?: string
  readonly endpoint?: string
  readonly region?: string
  readonly hostUrl?: string
}

/** Where the bucket is. */
export interface Storage {
  readonly bucket: string
  /** The endpoint's origin: `https://oss-cn-hangzhou.aliyuncs.com`. */
  readonly endpoint: URL
  /** Absent where neither an option nor the endpoint's name tells it. */
  readonly region: string | undefined
  /** What requests for the bucket go to, ends in `/`. */
  readonly bucketUrl: string
  /** What browsers post to, ends in `/`. */
  readonly url: string
}

export function addStorageOptions(command: Command): Command {
  return command
    .optionsGroup('Storage:')
    .addOption(new Option('--bucket <name>', 'the bucket').env('OSS_BUCKET'))
    .addOption(
      new Option('--endpoint <host>', 'its endpoint, such as oss-cn-hangzhou.aliyuncs.com').env('OSS_ENDPOINT'),
    )
    .addOption(new Option('--region <region>', 'its region (default: told by the endpoint)').env('OSS_REGION'))
    .option('--host-url <url>', 'what browsers post to (default: https://BUCKET.ENDPOINT/)')
}

/** Where the bucket is, from options that may leave out what the others tell. */
export function readStorage(options: StorageOptions): Storage {
  const { bucket, hostUrl } = options
  if (!bucket) throw usageError('The bucket is missing. Give --bucket, or set OSS_BUCKET.')
  if (!isBucketName(bucket)) throw usageError(`"${bucket}" is no bucket. ${BUCKET_ADVICE}`)
  const endpoint = readEndpoint(options)
  const region = readRegion(options, endpoint)
  const bucketUrl = bucketUrlOf(endpoint, bucket)
  return { bucket, endpoint, region, bucketUrl, url: hostUrl === undefined ? bucketUrl : readHostUrl(hostUrl) }
}

/** The region where a signature needs it. */
export function needRegion({ region }: Storage): string {
  if (region !== undefined) return region
  throw usageError('The region is missing: the endpoint does not tell it. Give --region, or set OSS_REGION.')
}

function readEndpoint({ endpoint, region }: StorageOptions): URL {
  if (!endpoint && !region)
    throw usageError('The endpoint is missing. Give --endpoint or --region, or set OSS_ENDPOINT or OSS_REGION.')
  const text = endpoint || `oss-${parseRegion(region ?? '')}.aliyuncs.com`
  if (text.includes('@'))
    throw usageError('An endpoint takes no user name and password. Give --endpoint the host alone.')
  const url = readUrl(/^https?:\/\//i.test(text) ? text : `https://${text}`)
  if (url === undefined || url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw usageError(
      `"${text}" is no endpoint. Give a host such as oss-cn-hangzhou.aliyuncs.com, or http://127.0.0.1:9000.`,
    )
  return url
}

/** `oss-cn-hangzhou.aliyuncs.com` and `oss-cn-hangzhou-internal.aliyuncs.com` → `cn-hangzhou`. */
function readRegion({ region }: StorageOptions, { hostname }: URL): string | undefined {
  if (region) return parseRegion(region)
  return /^(?:s3\.)?oss-([a-z]{2}-[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com$/.exec(hostname)?.[1]
}

/** Vendor code writes both `cn-hangzhou` and `oss-cn-hangzhou`; a signature wants the first. @see docs/spec/post-object.md section 5 */
export function parseRegion(region: string): string {
  const plain = region.replace(/^oss-/, '')
  if (!/^[a-z0-9-]{1,40}$/.test(plain)) throw usageError(`"${region}" is no region. Give one such as cn-hangzhou.`)
  return plain
}

/** OSS takes the bucket in the host's name only; an address or `localhost` has no room for one. @see docs/spec/post-object.md section 1 */
function bucketUrlOf({ protocol, host, hostname }: URL, bucket: string): string {
  const isBare = hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
  return isBare ? `${protocol}//${host}/${bucket}/` : `${protocol}//${bucket}.${host}/`
}

function readHostUrl(text: string): string {
  if (text.includes('@')) throw usageError('A URL to post to takes no user name and password. Give --host-url without.')
  const url = readUrl(text)
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw usageError(`"${text}" is no URL to post to. Give one such as https://photos.example.com/ to --host-url.`)
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

function readUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
