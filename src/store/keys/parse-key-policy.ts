import { MAX_KEY_POLICY_CHARACTERS } from '../../base/limits.ts'
import { type Json, jsonText } from '../../policy/read-json.ts'
import { type KeyPolicy, RESOURCE_PREFIX, ROLE_PREFIX, type Statement } from './key-policy.ts'
import { KeysError } from './keys-error.ts'
import { at, listOf, memberPath, membersOf, readStrictJson, textOf } from './strict-json.ts'

/** Reads a RAM policy from its JSON text; throws a `KeysError` that says where it is wrong. */
export function parseKeyPolicyText(text: string): KeyPolicy {
  return parseKeyPolicy(readStrictJson(text), '')
}

/**
 * Reads a RAM policy. What this store would have to pass over, such as a Condition, is refused: a policy must not allow
 * more here than it says.
 *
 * @param path where the policy stands, for messages
 * @see https://www.alibabacloud.com/help/en/ram/policy-structure-and-syntax
 */
export function parseKeyPolicy(json: Json, path: string): KeyPolicy {
  const members = membersOf(json, path, ['Version', 'Statement'])
  const version = memberPath(path, 'Version')
  if (textOf(members.get('Version'), version) !== '1') throw new KeysError(`${at(version)}write "1".`)
  const where = memberPath(path, 'Statement')
  const statements = listOf(members.get('Statement'), where).map((statement, index) =>
    parseStatement(statement, `${where}[${index}]`),
  )
  if (statements.length === 0) throw new KeysError(`${at(where)}it needs one statement at least.`)
  checkSize(statements, path)
  return { statements }
}

/** The policy as RAM writes it. */
export function encodeKeyPolicy({ statements }: KeyPolicy): object {
  return {
    Version: '1',
    Statement: statements.map((statement) => ({
      Effect: statement.effect,
      Action: statement.actions,
      Resource: encodeResources(statement),
    })),
  }
}

/** What stands for objects and for roles is written for both, and nothing is written wider than it was. */
function encodeResources({ resources, roles = [] }: Statement): string[] {
  const ofRolesAlone = roles.filter((role) => !resources.includes(role))
  return [
    ...resources.map((place) => `${roles.includes(place) ? ANY_PREFIX : RESOURCE_PREFIX}${place}`),
    ...ofRolesAlone.map((role) => `${ROLE_PREFIX}${role}`),
  ]
}

const ANY_PREFIX = 'acs:*:*:*:'

function parseStatement(json: Json, path: string): Statement {
  refuseUnsupported(json, path)
  const members = membersOf(json, path, ['Effect', 'Action', 'Resource'])
  const parsed = parsePatterns(members.get('Resource'), memberPath(path, 'Resource'), parseResource)
  const roles = parsed.flatMap(({ role }) => role ?? [])
  return {
    effect: parseEffect(members.get('Effect'), memberPath(path, 'Effect')),
    actions: parsePatterns(members.get('Action'), memberPath(path, 'Action'), parseAction),
    resources: parsed.flatMap(({ place }) => place ?? []),
    ...(roles.length > 0 && { roles }),
  }
}

/** Members that RAM knows and we do not. */
function refuseUnsupported(json: Json, path: string): void {
  if (json.kind !== 'object') return
  const name = UNSUPPORTED.find((member) => json.members.has(member))
  if (name === undefined) return
  const why = 'without it, the statement would cover more than it says'
  throw new KeysError(`${at(path)}this store does not support "${name}", and ${why}. Write the statement without it.`)
}

const UNSUPPORTED = ['Condition', 'NotAction', 'NotResource', 'Principal', 'NotPrincipal']

function parseEffect(json: Json | undefined, path: string): Statement['effect'] {
  const effect = textOf(json, path)
  if (effect === 'Allow' || effect === 'Deny') return effect
  throw new KeysError(`${at(path)}write "Allow" or "Deny".`)
}

/** One pattern, or a list of them. */
function parsePatterns<Pattern>(
  json: Json | undefined,
  path: string,
  parse: (json: Json, path: string) => Pattern,
): readonly Pattern[] {
  if (json?.kind === 'string') return [parse(json, path)]
  const patterns = listOf(json, path).map((pattern, index) => parse(pattern, `${path}[${index}]`))
  if (patterns.length === 0) throw new KeysError(`${at(path)}the list is empty.`)
  return patterns
}

function parseAction(json: Json, path: string): string {
  const action = textOf(json, path)
  if (action === '*' || /^[a-z*?]+:[a-z*?]+$/i.test(action)) return action
  throw new KeysError(`${at(path)}${jsonText(json)} is no action. Write it as "oss:GetObject", "oss:Get*" or "*".`)
}

/** What a resource stands for: objects and buckets, roles, or both. */
interface ParsedResource {
  readonly place?: string
  readonly role?: string
}

/** `acs:oss:*:*:photos/*` → the place `photos/*`; `acs:ram:*:*:role/uploader`, also without a region → the role `role/uploader`. */
function parseResource(json: Json, path: string): ParsedResource {
  const resource = textOf(json, path)
  if (resource === '*') return { place: resource, role: resource }
  const [acs, service = '', region, account, ...rest] = resource.split(':')
  const place = rest.join(':')
  if ((acs !== 'acs' && acs !== '*') || !SERVICES.has(service) || place === '')
    throw new KeysError(`${at(path)}${jsonText(json)} is no resource. Write it as "${RESOURCE_PREFIX}bucket/key*".`)
  const prefix = service === 'ram' ? ROLE_PREFIX : RESOURCE_PREFIX
  const isAnywhere = region === '*' || (service === 'ram' && region === '')
  if (isAnywhere && account === '*')
    return { ...(service !== 'ram' && { place }), ...(service !== 'oss' && { role: place }) }
  const advice = `the store has one region and one account. Write "${prefix}${place.slice(0, 100)}".`
  throw new KeysError(`${at(path)}${jsonText(json)} names a region or an account; ${advice}`)
}

const SERVICES = new Set(['oss', 'ram', '*'])

function checkSize(statements: readonly Statement[], path: string): void {
  const patterns = statements.flatMap(({ actions, resources, roles = [] }) => [...actions, ...resources, ...roles])
  const characters = patterns.reduce((sum, pattern) => sum + pattern.length, 0)
  if (characters <= MAX_KEY_POLICY_CHARACTERS) return
  const limit = `${MAX_KEY_POLICY_CHARACTERS} are the most that is read`
  throw new KeysError(`${at(path)}its actions and resources have ${characters} characters; ${limit}.`)
}
