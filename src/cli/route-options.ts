import { type Command, Option } from 'commander'
import type { Route } from '../issuer/route.ts'
import { parseLifetime, parseSize, parseTypes } from './units.ts'

/** What a command's options say of what may be uploaded. */
export interface RouteOptions {
  readonly prefix?: string
  readonly keyTemplate?: string
  readonly minSize?: number
  readonly maxSize?: number
  readonly types?: readonly string[]
  readonly expiresIn?: number
}

/** `conflicting` names the options of the command that settle all of this themselves. */
export function addRouteOptions(command: Command, conflicting: readonly string[] = []): Command {
  const options = [
    new Option('--prefix <prefix>', 'what every key begins with (default: uploads/)'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of ours
    new Option('--key-template <text>', 'how keys go on (default: ${date}/${uuid}.${ext})'),
    new Option('--min-size <size>', 'smallest file (default: 1 byte)').argParser(parseSize),
    new Option('--max-size <size>', 'largest file, such as 500KB or 10MB (default: 100MB)').argParser(parseSize),
    new Option('--types <list>', 'such as image/png,image/* (default: all that no browser runs)').argParser(parseTypes),
    new Option('--expires-in <time>', 'how long a form is good, such as 90s or 15m (default: 10m)').argParser(
      parseLifetime,
    ),
  ]
  command.optionsGroup('What may be uploaded:')
  for (const option of options) command.addOption(option.conflicts([...conflicting]))
  return command
}

/** The route that the options describe; what they leave out is the issuer's safe default. */
export function routeOf({ prefix, keyTemplate, minSize, maxSize, types, expiresIn }: RouteOptions): Route {
  return {
    ...(prefix === undefined ? {} : { prefix }),
    ...(keyTemplate === undefined ? {} : { key: keyTemplate }),
    ...(minSize === undefined ? {} : { minSize }),
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(types === undefined ? {} : { types }),
    ...(expiresIn === undefined ? {} : { expiresIn }),
  }
}
