import { lifetimeText, sizeText } from '../base/units.ts'
import type { RouteRules } from '../issuer/route.ts'
import type { Storage } from '../issuer/storage/storage.ts'
import { columns } from './output.ts'

/** Routes as a table for people. */
export function describeRoutes(routes: readonly RouteRules[]): string[] {
  return columns([
    ['Route', 'Key', 'Size', 'Types', 'Good for', 'Besides'],
    ...routes.map((rules) => [
      rules.name,
      `${rules.prefix}${rules.key.text}`,
      `${sizeText(rules.minSize)} to ${sizeText(rules.maxSize)}`,
      typesText(rules),
      lifetimeText(rules.expiresInSeconds),
      besidesText(rules),
    ]),
  ])
}

const MAX_LISTED = 3

function typesText({ types: { patterns } }: RouteRules): string {
  if (patterns === undefined) return 'all but what a browser runs'
  const rest = patterns.length - MAX_LISTED
  return rest > 0 ? `${patterns.slice(0, MAX_LISTED).join(', ')} and ${rest} more` : patterns.join(', ')
}

/** What a route does on top of what every route does. */
function besidesText({ fields, sts, authorize }: RouteRules): string {
  const own = Object.entries(fields).filter(([name, value]) => USUAL_FIELDS.get(name) !== value)
  return [
    ...own.map(([name, value]) => `${name}: ${value}`),
    ...(sts === undefined ? [] : ['temporary credentials']),
    ...(authorize === undefined ? [] : [authorize === 'public' ? 'for everybody' : 'an authorizer of its own']),
  ].join(', ')
}

const USUAL_FIELDS: ReadonlyMap<string, string> = new Map([
  ['success_action_status', '200'],
  ['x-oss-forbid-overwrite', 'true'],
  ['x-oss-object-acl', 'default'],
])

/** What a person should know of a route before it is used, each a sentence. */
export function routeWarnings({ name, key, fields }: RouteRules, { dialect }: Storage): string[] {
  const mayOverwrite = dialect === 's3' || fields['x-oss-forbid-overwrite'] !== 'true'
  const warnings: string[] = []
  if (!key.isFresh)
    warnings.push(
      `routes.${name}.key has no \${uuid}: two files can want one key, ${
        mayOverwrite ? 'and the later one replaces the other' : 'and the later one is refused'
      }; and whoever knows one key can guess others.`,
    )
  if ([fields['x-oss-object-acl'], fields['acl']].includes('public-read-write'))
    warnings.push(`routes.${name}.acl is public-read-write: anybody can replace the object afterwards.`)
  return warnings
}
