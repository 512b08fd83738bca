/**
 * A command that cannot do what was asked, in one sentence that says what to do.
 *
 * Exit code 2 is for a wrong command line or environment, 1 for everything else.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: 1 | 2

  constructor(sentence: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(sentence, options)
    this.exitCode = exitCode
  }
}

/** The command line or the environment asks for something that makes no sense. */
export function usageError(sentence: string): CommandError {
  return new CommandError(sentence, 2)
}

/** Runs what checks its own arguments: where these came from the command line, its `TypeError` is the user's to mend. */
export function asUsageError<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new CommandError(error.message.replaceAll(MEMBERS, optionOf), 2, { cause: error })
  }
}

/** What an error of an issuer's options begins with, where an option of the command line says the same. */
const MEMBERS = /^(routes\.default\.\w+|callback\.url|webhook\.url|cors\.origins|publicUrl|trustProxy)\b/gm

const OPTIONS: ReadonlyMap<string, string> = new Map([
  ['routes.default.key', '--key-template'],
  ['callback.url', '--callback-url'],
  ['webhook.url', '--webhook-url'],
  ['cors.origins', '--cors-origin'],
])

/** `routes.default.maxSize` → `--max-size`: the member as whoever typed the command line knows it. */
function optionOf(member: string): string {
  const name = member.replace(/^routes\.default\./, '')
  return OPTIONS.get(member) ?? `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
