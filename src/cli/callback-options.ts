import { type Command, InvalidArgumentError } from 'commander'
import { addressRule } from '../store/callback/callback-address.ts'
import { type CallbackOptions, readPublicUrl } from '../store/callback/callbacks.ts'

export interface CallbackCliOptions {
  readonly callbackAllow?: readonly string[]
  readonly publicUrl?: string
}

export function addCallbackOptions(command: Command): Command {
  return command
    .optionsGroup('Callbacks:')
    .option(
      '--callback-allow <where>',
      'where uploads may have it call: public, loopback, private, an address, a network such as 172.18.0.0/16, or none; may be repeated (default: public)',
      collectTargets,
    )
    .option('--public-url <url>', 'where applications reach it, to fetch the key of its callbacks', parsePublicUrl)
}

/** What the options say of callbacks. */
export function callbackOptionsOf({ callbackAllow, publicUrl }: CallbackCliOptions): CallbackOptions {
  return {
    ...(callbackAllow !== undefined && { allow: callbackAllow.filter((where) => where !== NOWHERE) }),
    ...(publicUrl !== undefined && { publicUrl }),
  }
}

const NOWHERE = 'none'

function collectTargets(text: string, before: readonly string[] = []): readonly string[] {
  if (text !== NOWHERE) asArgument(() => addressRule([text]))
  return [...before, text]
}

function parsePublicUrl(text: string): string {
  return asArgument(() => readPublicUrl(text))
}

/** A wrong argument of ours is, on the command line, one of the user's. */
function asArgument<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof TypeError) throw new InvalidArgumentError(error.message)
    throw error
  }
}
