import { randomUUID } from 'node:crypto'
import { encode } from '../sign/canonical-request.ts'
import { type Credential, checkCredential } from '../sign/signer.ts'
import { stsSignature, stsStringToSign } from '../sign/sts-request.ts'
import { membersOf, readAnswer, readMembers } from './bounded-answer.ts'
import { stsRefusal } from './sts-refusal.ts'
import { readTemporary, type TemporaryCredential } from './temporary.ts'
import { unavailable } from './unavailable.ts'

/** What is asked of STS: a role, for how long, and how much less than the role may do. */
export interface RoleRequest {
  /** `acs:ram::<account>:role/<name>` */
  readonly roleArn: string
  /** 2 to 64 letters, digits or `.@-_`; stands in the audit log. */
  readonly sessionName: string
  /** From 900 to what the role allows. */
  readonly durationSeconds: number
  /** A policy in JSON: the session may do what the role and this both allow. */
  readonly policy?: string
  readonly externalId?: string
}

/** A service account's token, and the provider that vouches for it. */
interface OidcProof {
  readonly providerArn: string
  readonly token: string
}

/** Asks a Security Token Service for temporary credentials. Each throws `credential-unavailable`. */
export interface StsClient {
  readonly assumeRole: (request: RoleRequest, credential: Credential) => Promise<TemporaryCredential>
  readonly assumeRoleWithOidc: (request: RoleRequest, proof: OidcProof) => Promise<TemporaryCredential>
}

const VENDOR_ENDPOINT = 'sts.aliyuncs.com'
const TIMEOUT_MS = 10_000

/**
 * A client of one STS.
 *
 * @param endpoint a host, asked by HTTPS, or a URL: `sts.aliyuncs.com` unless told otherwise; an embedded store's own
 * @see docs/spec/auth.md section 5
 */
export function createStsClient(
  endpoint: string = VENDOR_ENDPOINT,
  now: () => Date = () => new Date(),
  timeoutMs: number = TIMEOUT_MS,
): StsClient {
  const sts = { url: readStsEndpoint(endpoint), timeoutMs }
  return {
    assumeRole: (request, credential) =>
      ask(sts, signed([...parameters('AssumeRole', request, now()), ...identity(credential)], credential)),
    assumeRoleWithOidc: (request, { providerArn, token }) =>
      ask(sts, [
        ...parameters('AssumeRoleWithOIDC', request, now()),
        ['OIDCProviderArn', providerArn],
        ['OIDCToken', token],
      ]),
  }
}

interface Sts {
  readonly url: URL
  readonly timeoutMs: number
}

type Parameter = readonly [name: string, value: string]

function parameters(action: string, request: RoleRequest, now: Date): Parameter[] {
  const { roleArn, sessionName, durationSeconds, policy, externalId } = request
  return [
    ['Action', action],
    ['Version', '2015-04-01'],
    ['Format', 'JSON'],
    ['Timestamp', `${now.toISOString().slice(0, 19)}Z`],
    ['SignatureNonce', randomUUID()],
    ['RoleArn', roleArn],
    ['RoleSessionName', sessionName],
    ['DurationSeconds', `${durationSeconds}`],
    ...(policy === undefined ? [] : [['Policy', policy] as const]),
    ...(externalId === undefined ? [] : [['ExternalId', externalId] as const]),
  ]
}

function identity({ accessKeyId, securityToken }: Credential): Parameter[] {
  return [
    ['AccessKeyId', accessKeyId],
    ['SignatureMethod', 'HMAC-SHA1'],
    ['SignatureVersion', '1.0'],
    ...(securityToken === undefined ? [] : [['SecurityToken', securityToken] as const]),
  ]
}

function signed(parameters: readonly Parameter[], credential: Credential): readonly Parameter[] {
  checkCredential(credential)
  return [...parameters, ['Signature', stsSignature(credential.accessKeySecret, stsStringToSign('POST', parameters))]]
}

async function ask(sts: Sts, parameters: readonly Parameter[]): Promise<TemporaryCredential> {
  const { url } = sts
  const { status, text } = await send(sts, parameters)
  const members = readMembers(text)
  if (status !== 200) throw stsRefusal(url, status, members)
  const credential = readTemporary(membersOf(members.get('Credentials')))
  if (credential !== undefined) return credential
  throw unavailable(
    'The Security Token Service was not understood.',
    `${url.host} answered 200 without Credentials of four texts. Is it the address of an STS?`,
  )
}

/** A redirect is an answer like another, and no good one: what is sent is meant for one host. */
async function send(
  { url, timeoutMs }: Sts,
  parameters: readonly Parameter[],
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&'),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, text: response.body === null ? '' : await readAnswer(response.body) }
  } catch (error) {
    throw unavailable(
      'The Security Token Service could not be asked.',
      `${url.host} could not be asked for a temporary credential: ${whyNot(error)}. Check the address and the way there.`,
    )
  }
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'it did not answer in time'
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}

/** HTTPS, unless `http://` is written out. */
function readStsEndpoint(endpoint: string): URL {
  const text = endpoint.includes('://') ? endpoint : `https://${endpoint}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    !/^https?:$/.test(url?.protocol ?? '') ||
    url === undefined ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== '' ||
    url.password !== ''
  )
    throw new TypeError(
      'The endpoint of the STS is no address. Give a host such as sts.aliyuncs.com, or http://127.0.0.1:9000/.',
    )
  return url
}
