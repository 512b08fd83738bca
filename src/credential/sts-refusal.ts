import type { PosternError } from '../base/issuer-errors.ts'
import { unavailable } from './unavailable.ts'

/** What to do about what STS says, by the beginning of its `Code`. @see https://api.alibabacloud.com/document/Sts/2015-04-01/errorCode */
const ADVICE: readonly (readonly [code: string, advice: string])[] = [
  [
    'NoPermission',
    "Allow the credential's owner sts:AssumeRole on the role, and name that owner in the role's trust policy.",
  ],
  ['EntityNotExist.Role', 'Check the role ARN: acs:ram::<account id>:role/<name, in lower case>.'],
  ['InvalidParameter.RoleArn', 'Write the role ARN as acs:ram::<account id>:role/<name>.'],
  ['InvalidParameter.DurationSeconds', 'Ask for at least 900 seconds, and for no more than the role allows.'],
  ['InvalidParameter.PolicyGrammar', 'The session policy is no policy; look at the route that brought one.'],
  ['InvalidParameter.PolicySize', 'The session policy is too long; shorten the prefix, or the policy of the route.'],
  ['InvalidAccessKeyId', 'The access key does not exist or is disabled; set one that is in use.'],
  ['SignatureDoesNotMatch', 'The secret is not that of the access key; copy it again.'],
  ['IncompleteSignature', 'The secret is not that of the access key; copy it again.'],
  ['InvalidTimeStamp', "This machine's clock is wrong; set it by a time server."],
  ['IllegalTimestamp', "This machine's clock is wrong; set it by a time server."],
  ['InvalidSecurityToken', 'The security token has expired or belongs to another key.'],
  ['SecurityTokenExpired', 'The security token has expired.'],
  ['AuthenticationFail.OIDCToken', "The service account's token was not accepted; check its audience and its file."],
  ['AuthenticationFail.NoPermission', "The role's trust policy does not name this service account."],
  ['Throttling', 'STS is asked too often by this account; ask for longer sessions, or for a higher quota.'],
]

/** An answer of STS that is not 200, with its `Code` and `RequestId`, and what to do. */
export function stsRefusal({ host }: URL, status: number, members: ReadonlyMap<string, unknown>): PosternError {
  const code = word(members.get('Code'))
  const requestId = word(members.get('RequestId'))
  if (code === undefined)
    return unavailable(
      'The Security Token Service was not understood.',
      `${host} answered ${status} without a Code.${status >= 300 && status < 400 ? ' Redirects are not followed.' : ''} Is it the address of an STS?`,
    )
  const advice = ADVICE.find(([beginning]) => code.startsWith(beginning))?.[1] ?? ''
  const request = requestId === undefined ? '' : ` (request ${requestId})`
  return unavailable(
    `The Security Token Service refused with ${code}${request}.`,
    `${host} answered ${status} ${code}${request}: ${shown(members.get('Message'))} ${advice}`.trimEnd(),
    { StsCode: code, ...(requestId === undefined ? {} : { StsRequestId: requestId }) },
  )
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : undefined
}

/** The message may repeat what was sent, a token among it: no run of characters that could be one is shown. */
function shown(message: unknown): string {
  if (typeof message !== 'string') return ''
  const plain = message.replaceAll(/[^\x20-\x7e]/g, ' ').replaceAll(/[\w%+/=.~-]{40,}/g, '…')
  return plain.slice(0, MAX_MESSAGE_CHARACTERS)
}

const MAX_MESSAGE_CHARACTERS = 300
