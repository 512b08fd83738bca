import type { Statement } from '../store/keys/key-policy.ts'
import type { StoreKey } from '../store/keys/store-key.ts'

/** What may be told of a key: everything but its secret and its token. */
export function describeKey(
  { accessKeyId, securityToken, expires, policies }: StoreKey,
  now: Date,
): [string, string][] {
  const statements = policies.flatMap((policy) => policy.statements)
  return [
    ['Access key id', `${accessKeyId}${securityToken === undefined ? '' : ', temporary'}`],
    ['Expires', expires === undefined ? 'never' : `${expires.toISOString()}${now < expires ? '' : ', it has'}`],
    ...(policies.length === 0 ? [['May', 'everything'] satisfies [string, string]] : statements.map(describeStatement)),
  ]
}

function describeStatement({ effect, actions, resources, roles = [] }: Statement): [string, string] {
  const all = [...resources, ...roles.filter((role) => !resources.includes(role))]
  return [effect === 'Allow' ? 'May' : 'May not', `${actions.join(', ')} on ${all.join(', ')}`]
}
