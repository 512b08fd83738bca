import type { ErrorCode } from '../../base/errors.ts'
import type { IssuerFacts } from './facts.ts'
import { type Describe, type Operation, type Paths, query, textAnswer } from './operation.ts'
import { ADMISSION, FILE, SIGNING } from './problems.ts'
import { onStsRoutes, routeParameter } from './route-parameter.ts'
import { integer, ref, text } from './schema.ts'
import { vendorAnswer } from './schemas.ts'

/** Nothing, where no route has such an answer. */
function signature({ routes }: IssuerFacts): Paths {
  const answering = routes.filter(({ answer }) => answer !== undefined)
  const shapes = [...new Set(answering.flatMap(({ answer }) => answer ?? []))]
  if (shapes.length === 0) return {}
  const [only] = shapes
  const answer = shapes.length === 1 && only !== undefined ? vendorAnswer(only) : { anyOf: shapes.map(vendorAnswer) }
  const get: Operation = {
    id: 'getPostSignature',
    tag: 'Existing front ends',
    summary: 'The parts of a form, as front ends of the vendor read them',
    parameters: [routeParameter(answering.map(({ name }) => name))],
    answer,
    ...(shapes.includes('v1-expire') && { headers: EXPIRE_HEADER }),
    refusals: [...ADMISSION, ...SIGNING, 'path-not-found'],
  }
  return { [SIGNATURE_AT]: { get } }
}

const EXPIRE_HEADER = {
  expire: { description: 'Until when, where the answer is v1-expire.', schema: { type: 'string' } },
}

function presigned({ routes }: IssuerFacts): Operation {
  const alias = (name: string) => query(name, text(`Another name of it that front ends use.`), { deprecated: true })
  return {
    id: 'getPresignedUrl',
    tag: 'Existing front ends',
    summary: 'The URL of one PUT, as text',
    description:
      'The file must be sent with the Content-Type that was named. "filename" and "type" are needed, by one of their names.',
    parameters: [
      query('filename', text("The file's name.")),
      alias('fileName'),
      query('type', text('The Content-Type that will be sent.')),
      alias('fileType'),
      query('size', integer('Bytes; signed where the scheme can.', { minimum: 0 })),
      routeParameter(routes.map(({ name }) => name)),
    ],
    answer: textAnswer('text/plain', text('The URL.', { format: 'uri' })),
    refusals: [...ADMISSION, ...SIGNING, ...FILE, 'path-not-found'],
  }
}

/** Whatever opens a session. */
export const SESSION = [
  ...ADMISSION,
  ...SIGNING,
  'path-not-found',
  'storage-refused',
] as const satisfies readonly ErrorCode[]

function stsToken(names: readonly string[]): Operation {
  return {
    id: 'getStsToken',
    tag: 'Existing front ends',
    summary: 'A temporary credential for one folder',
    parameters: [routeParameter(names)],
    answer: ref('StsToken'),
    refusals: SESSION,
  }
}

const SIGNATURE_AT = '/get_post_signature_for_oss_upload'
const STS_AT = '/get_sts_token_for_oss_upload'
const PRESIGNED_AT = '/get_presigned_url_for_oss_upload'

export const VENDOR_ADDRESSES: readonly (readonly [string, Describe])[] = [
  [SIGNATURE_AT, signature],
  [STS_AT, (facts) => onStsRoutes(facts, STS_AT, stsToken)],
  [PRESIGNED_AT, (facts) => ({ [PRESIGNED_AT]: { get: presigned(facts) } })],
]
