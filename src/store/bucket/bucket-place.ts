import { element, text } from '../../base/xml.ts'
import type { BucketRecord } from '../disk/records.ts'
import { bucketOfHost } from '../request/address.ts'
import type { Call } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { isoTime } from '../request/iso-time.ts'

/** What this store says of every bucket's place. The address that reached the store is the only one it knows of. */
export function placeXml({ name, created }: BucketRecord, context: StoreContext, call: Call): string[] {
  const { region } = context
  const endpoint = text(endpointOf(context, call))
  return [
    element('Name', name),
    element('CreationDate', isoTime(created)),
    element('Location', text(location(region))),
    element('Region', text(region)),
    element('StorageClass', 'Standard'),
    element('ExtranetEndpoint', endpoint),
    element('IntranetEndpoint', endpoint),
  ]
}

/** A bucket's location: `oss-` and the region. */
export function location(region: string): string {
  return `oss-${region}`
}

/** The request's host without the label that names a bucket, or that ali-oss puts there where it names none. */
function endpointOf(context: StoreContext, { request }: Call): string {
  const host = request.headers.get('host') ?? ''
  const labels = ['', 'undefined', bucketOfHost(host, context)]
  const label = labels.find((known) => known !== undefined && host.toLowerCase().startsWith(`${known}.`))
  return label === undefined ? host : host.slice(label.length + 1)
}
