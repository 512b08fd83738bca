import { MAX_KEY_POLICY_CHARACTERS } from '../../base/limits.ts'
import { type Json, jsonText } from '../../policy/read-json.ts'
import { type KeyPolicy, RESOURCE_PREFIX, type Statement } from './key-policy.ts'
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
    Statement: statements.map(({ effect, actions, resources }) => ({
      Effect: effect,
      Action: actions,
      Resource: resources.map((resource) => `${RESOURCE_PREFIX}${resource}`),
    })),
  }
}

function parseStatement(json: Json, path: string): Statement {
  refuseUnsupported(json, path)
  const members = membersOf(json, path, ['Effect', 'Action', 'Resource'])
  return {
    effect: parseEffect(members.get('Effect'), memberPath(path, 'Effect')),
    actions: parsePatterns(members.get('Action'), memberPath(path, 'Action'), parseAction),
    resources: parsePatterns(members.get('Resource'), memberPath(path, 'Resource'), parseResource),
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
function parsePatterns(
  json: Json | undefined,
  path: string,
  parse: (json: Json, path: string) => string,
): readonly string[] {
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

/** `acs:oss:*:*:photos/*` → `photos/*`. */
function parseResource(json: Json, path: string): string {
  const resource = textOf(json, path)
  if (resource === '*') return resource
  const [acs, service, region, account, ...rest] = resource.split(':')
  const place = rest.join(':')
  if ((acs !== 'acs' && acs !== '*') || (service !== 'oss' && service !== '*') || place === '')
    throw new KeysError(`${at(path)}${jsonText(json)} is no resource. Write it as "${RESOURCE_PREFIX}bucket/key*".`)
  if (region === '*' && account === '*') return place
  const advice = `the store has one region and one account. Write "${RESOURCE_PREFIX}${place.slice(0, 100)}".`
  throw new KeysError(`${at(path)}${jsonText(json)} names a region or an account; ${advice}`)
}

function checkSize(statements: readonly Statement[], path: string): void {
  const patterns = statements.flatMap(({ actions, resources }) => [...actions, ...resources])
  const characters = patterns.reduce((sum, pattern) => sum + pattern.length, 0)
  if (characters <= MAX_KEY_POLICY_CHARACTERS) return
  const limit = `${MAX_KEY_POLICY_CHARACTERS} are the most that is read`
  throw new KeysError(`${at(path)}its actions and resources have ${characters} characters; ${limit}.`)
}
