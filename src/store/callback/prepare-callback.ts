import { MAX_CALLBACK_BODY_BYTES } from '../../base/limits.ts'
import { PosternError } from '../../base/request-errors.ts'
import type { Caller } from '../request/call.ts'
import type { PinnedUrl } from './call-application.ts'
import type { CallbackKey } from './callback-key.ts'
import type { CallbackUrl } from './callback-url.ts'
import { greatestValues } from './callback-values.ts'
import type { Callbacks } from './callbacks.ts'
import type { CarriedCallback } from './carrier.ts'
import { type Callback, parseCallback } from './parse-callback.ts'
import { fillTemplate } from './template.ts'

/** A callback that will be sent once the object is stored: nothing about it can be refused any more. */
export interface PreparedCallback {
  readonly callback: Callback
  readonly urls: readonly PinnedUrl[]
  readonly variables: ReadonlyMap<string, string>
  readonly key: CallbackKey
}

/** What is known of an object before its bytes are. */
export interface Announced {
  readonly caller: Caller
  readonly bucket: string
  readonly key: string
}

/**
 * Reads the callback that an upload carries and judges all of it, or refuses: whoever waits for a callback must not find an
 * object without one. The addresses of its hosts are asked for here, once.
 *
 * @see docs/spec/callback.md sections 2 and 7
 */
export async function prepareCallback(
  callbacks: Callbacks,
  carried: CarriedCallback | undefined,
  announced: Announced,
): Promise<PreparedCallback | undefined> {
  if (carried === undefined) return undefined
  const callback = parseCallback(carried.text)
  if (callback === undefined) return undefined
  refuseAnonymous(announced.caller)
  const { variables } = carried
  checkBody(callback, variables, announced)
  const urls = await Promise.all(callback.urls.map((url) => pinned(callbacks, url)))
  return { callback, urls, variables, key: await callbacks.key() }
}

/** A callback bears the store's signature, so only whoever has a key of the store may write one. */
function refuseAnonymous({ kind }: Caller): void {
  if (kind === 'anonymous') throw new PosternError('anonymous-denied', 'Only a signed upload may carry a callback.')
}

/** Fills the template with values as long as any can be: what is sent later is not longer, and is JSON where this is. */
function checkBody({ body }: Callback, variables: ReadonlyMap<string, string>, announced: Announced): void {
  const filled = fillTemplate(body, greatestValues(variables, announced), MAX_CALLBACK_BODY_BYTES)
  const refuse = (detail: string) => new PosternError('callback-body-invalid', detail, { ArgumentName: 'callbackBody' })
  if (filled === undefined) throw refuse(`With its variables it could have more than ${MAX_CALLBACK_BODY_BYTES} bytes.`)
  if (body.type !== 'application/json') return
  try {
    JSON.parse(filled.toString())
  } catch {
    throw refuse(`With its variables it is not JSON. A variable brings its own quotes: {"key":\${object}}.`)
  }
}

async function pinned(callbacks: Callbacks, url: CallbackUrl): Promise<PinnedUrl> {
  const addresses = await atMost(callbacks.timeoutMs, callbacks.addressesOf(url.host))
  const [address] = addresses
  const facts = { ArgumentName: 'callbackUrl', ArgumentValue: `${url.authority}${url.path}${url.query}`.slice(0, 1024) }
  if (address === undefined)
    throw new PosternError('callback-host-unresolved', `"${url.host}" has no IPv4 address.`, facts)
  if (addresses.every(callbacks.mayGoTo)) return { ...url, address }
  throw new PosternError('callback-address-private', 'Whoever runs the store says where callbacks may go.', facts)
}

async function atMost(ms: number, addresses: Promise<readonly string[]>): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(resolve, ms, [])
  })
  const first = await Promise.race([addresses, late])
  clearTimeout(timer)
  return first
}
