import type { Bearing } from '../authorize/bearing.ts'
import type { IssuerFacts } from './facts.ts'
import { type PathItem, type Paths, writeOperation } from './operation.ts'
import { ADDRESSES } from './paths.ts'
import { ref } from './schema.ts'
import { schemasOf } from './schemas.ts'

/**
 * An issuer's interface as OpenAPI 3.1 describes it: the addresses of its table of endpoints, as it is configured.
 *
 * @param addresses those of the table, without the issuer's base path
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export function openApiDocument(addresses: Iterable<string>, facts: IssuerFacts): object {
  const { bearings, basePath, hasWebhook } = facts
  const schemes = securitySchemes(facts)
  const paths = [...addresses].flatMap((address) => Object.entries(describe(address, facts)))
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://spec.openapis.org/oas/3.1/dialect/base',
    info: { title: 'Postern issuer', version: INTERFACE_VERSION, description: description(bearings) },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    tags: TAGS.map(([name, about]) => ({ name, description: about })),
    paths: Object.fromEntries(paths.map(([path, item]) => [path, writeItem(path, item, facts)])),
    ...(hasWebhook && { webhooks: { uploadCompleted: WEBHOOK } }),
    components: {
      schemas: schemasOf(facts),
      ...(Object.keys(schemes).length > 0 && { securitySchemes: schemes }),
    },
  }
}

/** Goes up when something of the interface goes away, or means something else. */
const INTERFACE_VERSION = '1.0.0'

const TAGS = [
  ['Uploads', 'A form for a file, and what comes after it.'],
  ['Large files', 'Files that are too large for one form, in parts.'],
  ['Existing front ends', "The vendor's sample servers' addresses and answers."],
  ['Uppy', 'What stock @uppy/aws-s3 asks of its endpoint.'],
  ['Service', 'For those who run it.'],
] as const

/** Whoever adds an address hears of it here: what is not described is as good as not there. */
function describe(address: string, facts: IssuerFacts): Paths {
  if (PAGE_FILE.test(address)) return {}
  const described = ADDRESSES.get(address)
  if (described === undefined) throw new TypeError(`The address ${address} is described nowhere: see openapi/paths.ts.`)
  return described(facts)
}

/** The page asks for its own scripts and styles, by names of their build; nobody else has a use for them. */
const PAGE_FILE = /^\/[\w-]+\.(?:js|css)$/

function writeItem(path: string, item: PathItem, facts: IssuerFacts): object {
  const security = path === '/metrics' ? METRICS_SECURITY : securityOf(facts)
  return Object.fromEntries(
    Object.entries(item).map(([method, operation]) => [method, writeOperation(operation, security)]),
  )
}

/** Any one of them will do; nothing is said where only the application knows. */
function securityOf({ bearings, isPublic }: IssuerFacts): { readonly security: readonly object[] } | undefined {
  if (bearings === undefined) return undefined
  const ways = bearings.map((bearing) => ({ [nameOf(bearing)]: [] }))
  return { security: isPublic && ways.length > 0 ? [{}, ...ways] : ways }
}

const METRICS_SECURITY = { security: [{ metricsToken: [] }] }

function securitySchemes({ bearings = [], metricsNeedToken }: IssuerFacts): Readonly<Record<string, object>> {
  return {
    ...Object.fromEntries(bearings.map((bearing) => [nameOf(bearing), schemeOf(bearing)])),
    ...(metricsNeedToken && { metricsToken: { type: 'http', scheme: 'bearer' } }),
  }
}

function nameOf(bearing: Bearing): string {
  if (typeof bearing === 'object') return 'cookie'
  return bearing === 'bearer' ? 'bearer' : 'apiKey'
}

function schemeOf(bearing: Bearing): object {
  if (typeof bearing === 'object') return { type: 'apiKey', in: 'cookie', name: bearing.cookie }
  return bearing === 'bearer' ? { type: 'http', scheme: 'bearer' } : { type: 'apiKey', in: 'header', name: 'X-Api-Key' }
}

function description(bearings: readonly Bearing[] | undefined): string {
  const who =
    bearings === undefined
      ? " Who may upload is the application's to say: send what it reads, such as its session's cookie."
      : ''
  return `Says who may upload what, and writes the form for it. No byte of a file passes through it. HEAD goes wherever GET goes; refusals are problems as RFC 9457 writes them.${who}`
}

const WEBHOOK = {
  post: {
    summary: 'An upload has ended well',
    description: 'Signed as Standard Webhooks say, and sent again until it is taken.',
    parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
      name,
      in: 'header',
      required: true,
      schema: { type: 'string' },
    })),
    requestBody: { required: true, content: { 'application/json': { schema: ref('Webhook') } } },
    responses: {
      '2XX': { description: 'Taken. A JSON body goes back to the browser.' },
      '410': { description: 'Not to be sent again.' },
    },
  },
}
