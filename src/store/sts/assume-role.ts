import { createHash } from 'node:crypto'
import { PosternError } from '../../base/request-errors.ts'
import type { StoreResponse } from '../../http/exchange.ts'
import { quoted } from '../../policy/phrase.ts'
import type { StoreKey } from '../keys/store-key.ts'
import type { StoreRole } from '../keys/store-role.ts'
import { noteCaller, noteRefusal } from '../observe/noted-request.ts'
import type { Call } from '../request/call.ts'
import type { StoreContext } from '../request/context.ts'
import { type AssumeRoleRequest, parseAssumeRole, sessionSeconds } from './assume-role-request.ts'
import { type AnswerFormat, callAnswer, callRefusal, readFormat } from './call-answer.ts'
import { type CallParameters, needed, readParameters } from './call-parameters.ts'
import { earlier, mayAssume, type TemporaryCredential } from './sessions.ts'
import { verifyCall } from './verify-call.ts'

/**
 * Answers a call to STS: a temporary key that may do what its role allows, and of that only what the session's policy
 * allows. A refusal has STS's own shape, so it is written here.
 *
 * @see docs/spec/auth.md section 5
 */
export async function assumeRole(context: StoreContext, call: Call): Promise<StoreResponse> {
  const { request, address, about } = call
  let format: AnswerFormat = 'JSON' // what clients read that say nothing we could understand
  try {
    refuseThirdGeneration(request.headers)
    const parameters = await readParameters(request, address)
    format = readFormat(parameters)
    const members = await answerCall(context, call, parameters)
    return callAnswer(200, 'AssumeRoleResponse', { RequestId: about.requestId, ...members }, format)
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    noteRefusal(about, error)
    return callRefusal(error, request, about.requestId, format)
  }
}

async function answerCall(context: StoreContext, { request, about }: Call, parameters: CallParameters) {
  checkAction(parameters)
  const key = verifyCall(context, request.method, parameters)
  noteCaller(about, { kind: 'signed', accessKeyId: key.accessKeyId })
  const asked = parseAssumeRole(parameters)
  const role = permittedRole(context, key, asked.arn.name)
  const seconds = sessionSeconds(asked.durationSeconds, role)
  const end = new Date((Math.floor(context.now().getTime() / 1000) + seconds) * 1000)
  const session = { role, assumedBy: key, expires: earlier(end, key), policy: asked.policy }
  return assumed(role, asked, await context.sts.sessions.issue(session))
}

/** @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature */
function refuseThirdGeneration(headers: ReadonlyMap<string, string>): void {
  if (!headers.has('x-acs-action')) return
  const detail = 'The call is signed in its headers (ACS3); sign its parameters with HMAC-SHA1.'
  throw new PosternError('sts-signature-method-invalid', detail)
}

function checkAction(parameters: CallParameters): void {
  const action = needed(parameters, 'Action', 'sts-action-missing')
  if (action !== 'AssumeRole')
    throw new PosternError('sts-action-unknown', `It is ${quoted(action)}; this STS knows AssumeRole.`)
  const version = needed(parameters, 'Version', 'sts-version-missing')
  if (version !== VERSION)
    throw new PosternError('sts-version-invalid', `It is ${quoted(version)}; write "${VERSION}".`)
}

const VERSION = '2015-04-01'

/** Whoever may not take a role is not told whether there is one. */
function permittedRole({ sts }: StoreContext, key: StoreKey, name: string): StoreRole {
  if (!mayAssume(key, name))
    throw new PosternError(
      'sts-assume-denied',
      `The policy of this access key does not allow sts:AssumeRole on role/${name}.`,
    )
  const role = sts.findRole(name)
  if (role === undefined) throw new PosternError('sts-role-unknown', `There is no role "${name}" here.`)
  return role
}

/** The session as STS tells of it. The role's id is a number that is always the same. */
function assumed({ name }: StoreRole, { arn, sessionName }: AssumeRoleRequest, credential: TemporaryCredential) {
  const roleId = BigInt(`0x${createHash('sha256').update(name).digest('hex').slice(0, 13)}`)
  const { accessKeyId, accessKeySecret, securityToken, expires } = credential
  return {
    AssumedRoleUser: {
      Arn: `acs:ram::${arn.account}:role/${name}/${sessionName}`,
      AssumedRoleId: `3${String(roleId).padStart(16, '0')}:${sessionName}`,
    },
    Credentials: {
      AccessKeyId: accessKeyId,
      AccessKeySecret: accessKeySecret,
      SecurityToken: securityToken,
      Expiration: expires.toISOString().replace(/\.\d+Z$/, 'Z'),
    },
  }
}
