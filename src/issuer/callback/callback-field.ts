import type { Fields } from '../../form/upload-form.ts'
import type { CallbackRules } from './callback-options.ts'

/** What the storage fills in, by the names it has for it; read again by `parseCallbackBody`. */
export const CALLBACK_VARIABLES = ['bucket', 'object', 'etag', 'size', 'mimeType'] as const

/** The field that carries an upload's token: a custom variable of a callback. */
export const TOKEN_FIELD = 'x:token'

/**
 * The fields of a form whose upload the storage reports: `callback`, the same in all forms, and the token in a variable of its own.
 *
 * @see docs/spec/callback.md sections 1 to 3
 */
export function callbackFields(rules: CallbackRules, token: string): Fields {
  return { callback: callbackWith(rules, `\${${TOKEN_FIELD}}`), [TOKEN_FIELD]: token }
}

/** The same for front ends that send `callback` and no field of ours: the token stands in the template itself. */
export function callbackHolding(rules: CallbackRules, token: string): string {
  return callbackWith(rules, token)
}

/** A token is made of `A-Z a-z 0-9 - _ .`, so it stands in a body as it is. */
function callbackWith({ url }: CallbackRules, token: string): string {
  const variables = CALLBACK_VARIABLES.map((name) => `${name}=\${${name}}`)
  const callback = {
    callbackUrl: url,
    callbackBody: [...variables, `token=${token}`].join('&'),
    callbackBodyType: 'application/x-www-form-urlencoded',
  }
  return Buffer.from(JSON.stringify(callback)).toString('base64')
}
