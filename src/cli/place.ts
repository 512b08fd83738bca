import type { Command } from 'commander'
import { Option } from 'commander'
import { bucketUrl, readEndpoint, readRegion, regionOfEndpoint } from '../issuer/storage/endpoint.ts'
import { isBucketName } from '../store/request/bucket-name.ts'
import { BUCKET_ADVICE } from './bucket-name.ts'
import { asUsageError, usageError } from './command-error.ts'

/** What a command's storage options hold. */
export interface StorageOptions {
  readonly bucket?: string
  readonly endpoint?: string
  readonly region?: string
  readonly hostUrl?: string
}

/** Where the bucket is. */
export interface Place {
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
export function readPlace(options: StorageOptions): Place {
  const { bucket, hostUrl } = options
  if (!bucket) throw usageError('The bucket is missing. Give --bucket, or set OSS_BUCKET.')
  if (!isBucketName(bucket)) throw usageError(`"${bucket}" is no bucket. ${BUCKET_ADVICE}`)
  const endpoint = readEndpointOption(options)
  const region = options.region ? asUsageError(() => readRegion(options.region ?? '')) : regionOfEndpoint(endpoint)
  const below = bucketUrl(endpoint, bucket)
  return { bucket, endpoint, region, bucketUrl: below, url: hostUrl === undefined ? below : readHostUrl(hostUrl) }
}

/** The region where a signature needs it. */
export function needRegion({ region }: Place): string {
  if (region !== undefined) return region
  throw usageError('The region is missing: the endpoint does not tell it. Give --region, or set OSS_REGION.')
}

function readEndpointOption({ endpoint, region }: StorageOptions): URL {
  if (!endpoint && !region)
    throw usageError('The endpoint is missing. Give --endpoint or --region, or set OSS_ENDPOINT or OSS_REGION.')
  return asUsageError(() => readEndpoint(endpoint || `oss-${readRegion(region ?? '')}.aliyuncs.com`))
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
