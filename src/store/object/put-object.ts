import { PosternError } from '../../base/errors.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import type { ObjectCall } from '../request/call.ts'
import { checkedBody } from '../request/checked-body.ts'
import type { StoreContext } from '../request/context.ts'
import { headerText } from '../request/header-text.ts'
import { keepObject } from './keep-object.ts'
import { readProperties } from './object-properties.ts'
import { madeHeaders } from './object-response.ts'

/** `PUT /key`: the body becomes the object. @see docs/spec/object-api.md section 5 */
export async function putObject(
  context: StoreContext,
  { request, bucket, key, caller }: ObjectCall,
): Promise<StoreResponse> {
  refuseUnknownHeaders(request.headers)
  const body = checkedBody(request)
  if (body.left() === undefined && !request.headers.has('transfer-encoding'))
    throw new PosternError('length-missing', 'Announce the length, or send the body in chunks.')
  const named = new Map([...request.headers].map(([name, value]) => [name, headerText(value)]))
  const object = await keepObject(context, {
    bucket,
    key,
    caller,
    properties: readProperties(named, named.get('content-type')),
    source: body.chunks,
    settle: body.check,
  })
  return { status: 200, headers: { ...madeHeaders(object), 'content-length': '0' } }
}

/** Headers that make a PUT something else, or make it depend on what is there: passing over them would harm. */
function refuseUnknownHeaders(headers: ReadonlyMap<string, string>): void {
  const operation = OTHER_OPERATIONS.find((name) => headers.has(name))
  if (operation !== undefined)
    throw new PosternError('operation-unknown', `This store does not know "${operation}".`, { Header: operation })
  const condition = CONDITIONS.find((name) => headers.has(name))
  if (condition !== undefined)
    throw new PosternError('header-not-implemented', `A PUT takes no "${condition}".`, { Header: condition })
}

const OTHER_OPERATIONS = [
  'x-oss-copy-source',
  'x-oss-symlink-target',
  'x-oss-tagging',
  'x-oss-callback',
  'x-oss-callback-var',
]
const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since']
