import type { ErrorRow } from './error-table.ts'

const FORMED = 'is wrongly formed.'

/**
 * The rows of the table of errors that only a call to STS can meet; `oss` is the `Code` of its JSON.
 *
 * Codes, messages and statuses: docs/spec/auth.md section 5, "Errors of AssumeRole".
 */
// biome-ignore format: a table is read by its columns
export const STS_ERRORS = {
  'sts-action-missing': { status: 400, oss: 'MissingAction', begins: 'Action is mandatory for this action.', retry: 'never', title: 'The call has no Action' },
  'sts-version-missing': { status: 400, oss: 'MissingVersion', begins: 'Version is mandatory for this action.', retry: 'never', title: 'The call has no Version' },
  'sts-key-id-missing': { status: 400, oss: 'MissingAccessKeyId', begins: 'AccessKeyId is mandatory for this action.', retry: 'never', title: 'The call has no AccessKeyId' },
  'sts-signature-missing': { status: 400, oss: 'MissingSignature', begins: 'Signature is mandatory for this action.', retry: 'never', title: 'The call has no Signature' },
  'sts-nonce-missing': { status: 400, oss: 'MissingSignatureNonce', begins: 'SignatureNonce is mandatory for this action.', retry: 'never', title: 'The call has no SignatureNonce' },
  'sts-timestamp-missing': { status: 400, oss: 'MissingTimestamp', begins: 'Timestamp is mandatory for this action.', retry: 'never', title: 'The call has no Timestamp' },
  'sts-token-missing': { status: 400, oss: 'MissingSecurityToken', begins: 'SecurityToken is mandatory for this action.', retry: 'never', title: 'A temporary key calls without its SecurityToken' },
  'sts-role-arn-missing': { status: 400, oss: 'MissingRoleArn', begins: 'RoleArn is mandatory for this action.', retry: 'never', title: 'The call has no RoleArn' },
  'sts-session-name-missing': { status: 400, oss: 'MissingRoleSessionName', begins: 'RoleSessionName is mandatory for this action.', retry: 'never', title: 'The call has no RoleSessionName' },

  'sts-action-unknown': { status: 404, oss: 'InvalidAction.NotFound', begins: 'Specified api is not found, please check your url and method.', retry: 'never', title: 'Not an action of this STS' },
  'sts-version-invalid': { status: 400, oss: 'InvalidVersion', begins: 'Specified parameter Version is not valid.', retry: 'never', title: 'Not the version of this STS' },
  'sts-format-invalid': { status: 400, oss: 'InvalidParameter.Format', begins: 'Specified parameter format is not valid.', retry: 'never', title: 'The answer is asked for in an unknown format' },
  'sts-content-type-invalid': { status: 400, oss: 'InvalidParameter.ContentType', begins: 'The ContentType request header must be "application/x-www-form-urlencoded".', retry: 'never', title: 'The body of the call is no form' },
  'sts-call-too-large': { status: 400, oss: 'InvalidParameter', begins: 'The call is too large.', retry: 'never', title: 'The call is too large' },
  'sts-parameter-repeated': { status: 400, oss: 'InvalidParameter', begins: 'A parameter of the call occurs twice.', retry: 'never', title: 'A parameter of the call occurs twice' },
  'sts-parameter-unsupported': { status: 400, oss: 'UnsupportedParameter', begins: 'The parameter is not supported.', retry: 'never', title: 'The call asks for what this STS does not do' },
  'sts-signature-method-invalid': { status: 400, oss: 'InvalidSignatureMethod', begins: 'Specified signature method is not valid.', retry: 'never', title: 'Not a way to sign that this STS takes' },
  'sts-signature-version-invalid': { status: 400, oss: 'InvalidSignatureVersion', begins: 'Specified signature version is not valid.', retry: 'never', title: 'Not the version of signatures' },
  'sts-timestamp-malformed': { status: 400, oss: 'InvalidTimeStamp.Format', begins: 'Specified time stamp or date value is not well formatted.', retry: 'never', title: 'The Timestamp is malformed' },
  'sts-timestamp-expired': { status: 400, oss: 'InvalidTimeStamp.Expired', begins: 'Specified time stamp or date value is expired.', retry: 'never', title: 'The Timestamp is more than 15 minutes away' },
  'sts-key-unknown': { status: 404, oss: 'InvalidAccessKeyId.NotFound', begins: 'Specified access key is not found.', retry: 'never', title: 'Unknown access key id' },
  'sts-key-expired': { status: 400, oss: 'InvalidAccessKeyId.Inactive', begins: 'Specified access key is disabled.', retry: 'never', title: 'The access key has expired' },
  'sts-signature-mismatch': { status: 400, oss: 'SignatureDoesNotMatch', begins: 'Specified signature is not matched with our calculation.', retry: 'never', title: 'The signature of the call is wrong' },
  'sts-token-unexpected': { status: 400, oss: 'InvalidSecurityToken.MismatchWithAccessKey', begins: 'Specified SecurityToken mismatch with the AccessKey.', retry: 'never', title: 'A SecurityToken for a key that has none' },
  'sts-nonce-used': { status: 400, oss: 'SignatureNonceUsed', begins: 'Specified signature nonce was used already.', retry: 'never', title: 'The call was made before' },
  'sts-calls-too-many': { status: 400, oss: 'Throttling.User', begins: 'Request was denied due to user flow control.', retry: 'same-form', title: 'Too many calls to STS' },

  'sts-role-arn-invalid': { status: 400, oss: 'InvalidParameter.RoleArn', begins: `The parameter RoleArn ${FORMED}`, retry: 'never', title: 'Not the ARN of a role' },
  'sts-session-name-invalid': { status: 400, oss: 'InvalidParameter.RoleSessionName', begins: `The parameter RoleSessionName ${FORMED}`, retry: 'never', title: 'Not a name of a session' },
  'sts-external-id-invalid': { status: 400, oss: 'InvalidParameter.ExternalId', begins: `The parameter ExternalId ${FORMED}`, retry: 'never', title: 'Not an external id' },
  'sts-duration-invalid': { status: 400, oss: 'InvalidParameter.DurationSeconds', begins: 'The Min/Max value of DurationSeconds is 15min/1hr.', retry: 'never', title: 'The session is too short or too long' },
  'sts-policy-malformed': { status: 400, oss: 'InvalidParameter.PolicyGrammar', begins: 'The parameter Policy has not passed grammar check.', retry: 'never', title: 'The policy of the session is no policy' },
  'sts-policy-too-large': { status: 400, oss: 'InvalidParameter.PolicySize', begins: 'The size of Policy must be smaller than 2048 bytes.', retry: 'never', title: 'The policy of the session is too large' },
  'sts-assume-denied': { status: 403, oss: 'NoPermission', begins: 'You are not authorized to do this action. You should be authorized by RAM.', retry: 'never', title: 'This key may not assume the role' },
  'sts-role-unknown': { status: 404, oss: 'EntityNotExist.Role', begins: 'The specified Role not exists.', retry: 'never', title: 'No such role' },
} as const satisfies Record<string, ErrorRow>
