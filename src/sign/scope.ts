/**
 * What a V4 credential names: who signed, and the scope `20231203/cn-hangzhou/oss/aliyun_v4_request` that the signing
 * key is good for.
 */
export interface ScopedCredential {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  /** The four parts behind the access key id, joined by `/`. */
  readonly scope: string
}

/** Reads `<access key id>/<date>/<region>/<service>/<terminator>`, or says in a few words what is wrong with it. */
export function parseCredential(
  text: string,
  services: readonly string[],
  terminator: string,
): ScopedCredential | string {
  if (text.length > MAX_CREDENTIAL_LENGTH) return `it is longer than ${MAX_CREDENTIAL_LENGTH} characters`
  const parts = text.split('/')
  const [date = '', region = '', service = '', last] = parts.splice(-4)
  if (last !== terminator) return `it does not end in "/${terminator}"`
  if (parts.length === 0) return 'it has not five parts between slashes'
  if (!services.includes(service)) return `its service is not "${services[0]}"`
  if (!isRegion(region)) return 'its region is empty, or has characters that no region has'
  return { accessKeyId: parts.join('/'), date, region, service, scope: `${date}/${region}/${service}/${terminator}` }
}

/** Whether a text can be a region: `cn-hangzhou`, `us-east-1`, `default`. */
export function isRegion(text: string): boolean {
  return text.length <= 64 && /^[\w.-]+$/.test(text)
}

/** The sentence for a region written as the first label of an endpoint, or `undefined` where it is not. EC 0002-00000226 */
export function endpointRegion(region: string): string | undefined {
  if (!region.startsWith('oss-')) return undefined
  return `Write the region as "${region.slice(4)}": "${region}" is the name of its endpoint.`
}

const MAX_CREDENTIAL_LENGTH = 512
