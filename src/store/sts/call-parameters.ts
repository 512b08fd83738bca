import { readUtf8 } from '../../base/bytes.ts'
import type { ErrorCode } from '../../base/errors.ts'
import { MAX_STS_CALL_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { StoreRequest } from '../../http/exchange.ts'
import type { RequestAddress } from '../../sign/request-address.ts'
import { checkedBody } from '../request/checked-body.ts'

/** The parameters of a call, decoded. */
export type CallParameters = ReadonlyMap<string, string>

/** The parameters of a call: clients put some in the query and some in the body, and sign them all together. */
export async function readParameters(request: StoreRequest, { query }: RequestAddress): Promise<CallParameters> {
  const parameters = new Map<string, string>()
  for (const [name, value] of [...query, ...(await readForm(request))]) {
    if (parameters.has(name))
      throw new PosternError('sts-parameter-repeated', `It is ${JSON.stringify(name.slice(0, 64))}.`)
    parameters.set(name, value)
  }
  return parameters
}

/** The parameter of this name; an empty one is none. */
export function parameter(parameters: CallParameters, name: string): string | undefined {
  return parameters.get(name) || undefined
}

/** The parameter of this name, or the refusal that it is missing. */
export function needed(parameters: CallParameters, name: string, missing: ErrorCode): string {
  const value = parameter(parameters, name)
  if (value === undefined) throw new PosternError(missing, '')
  return value
}

async function readForm(request: StoreRequest): Promise<Iterable<[string, string]>> {
  const text = request.method === 'POST' ? await readText(request) : ''
  if (text === '') return []
  if ((request.headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded'))
    return new URLSearchParams(text)
  throw new PosternError('sts-content-type-invalid', 'Or send the parameters in the query.')
}

async function readText(request: StoreRequest): Promise<string> {
  const body = checkedBody(request)
  if ((body.left() ?? 0) > MAX_STS_CALL_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body.chunks) {
    size += chunk.length
    if (size > MAX_STS_CALL_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  body.check()
  return readUtf8(Buffer.concat(chunks)) ?? '' // what is no text has no parameters
}

function tooLarge(): PosternError {
  return new PosternError('sts-call-too-large', `Its body may have ${MAX_STS_CALL_BYTES} bytes.`)
}
