/** Whether the same form can succeed later, a new form can, or neither. */
export type Retry = 'never' | 'same-form' | 'fresh-form'

export interface ErrorRow {
  readonly status: number
  /** The `Code` a client of OSS expects. */
  readonly oss: string
  /** The finer `EC`, where its documentation is public. For people: no code of ours decides by it. */
  readonly ec?: string
  /** The documented beginning of OSS's message; our own sentence follows it. Clients of OSS match on it. */
  readonly begins?: string
  readonly retry: Retry
  readonly title: string
}

const POLICY = 'Invalid Policy:'
const ACCORDING = 'Invalid according to Policy:'
const MALFORMED = 'The body of your POST request is not well-formed multipart/form-data.'
export const MALFORMED_XML =
  'The XML you provided was not well-formed or did not validate against our published schema.'

/**
 * Every failure Postern can report, once. The store writes a row as OSS XML, the issuer as an RFC 9457 problem; the
 * client reads either back into the same error and learns what to retry.
 *
 * Codes, messages and EC numbers: docs/spec/post-object.md section 7 and 4.1, docs/spec/auth.md, docs/spec/object-api.md.
 */
// biome-ignore format: a table is read by its columns
export const ERRORS = {
  // The form as multipart/form-data
  'form-not-multipart': { status: 400, oss: 'RequestIsNotMultiPartContent', begins: 'Bucket POST must be of the enclosure-type multipart/form-data.', retry: 'never', title: 'Not a multipart form' },
  'form-malformed': { status: 400, oss: 'MalformedPOSTRequest', ec: '0006-00000104', begins: MALFORMED, retry: 'never', title: 'Not a valid form' },
  'entry-malformed': { status: 400, oss: 'MalformedPOSTRequest', ec: '0006-00000109', begins: MALFORMED, retry: 'never', title: 'An entry of the form is not valid' },
  'entry-too-many': { status: 400, oss: 'MalformedPOSTRequest', begins: MALFORMED, retry: 'never', title: 'Too many entries in the form' },
  'entry-header-too-long': { status: 400, oss: 'MalformedPOSTRequest', begins: MALFORMED, retry: 'never', title: 'The headers of an entry are too long' },
  'field-after-file': { status: 400, oss: 'MalformedPOSTRequest', begins: MALFORMED, retry: 'never', title: 'A field follows the file' },
  'field-repeated': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'A field occurs twice' },
  'field-name-too-long': { status: 400, oss: 'FieldItemTooLong', ec: '0006-00000110', begins: 'Your name of form field is too long.', retry: 'never', title: 'A field name is too long' },
  'field-too-long': { status: 400, oss: 'FieldItemTooLong', begins: 'Your value of form field is too long.', retry: 'never', title: 'A field value is too long' },
  'fields-too-large': { status: 400, oss: 'MaxPOSTPreDataLengthExceededError', ec: '0006-00000112', begins: 'Your POST request fields preceding the upload file were too large.', retry: 'never', title: 'The fields before the file are too large' },
  'filename-star': { status: 400, oss: 'FieldItemTooLong', ec: '0006-00000110', begins: 'Your value of form field is too long.', retry: 'never', title: 'The file entry carries "filename*"' },
  'file-missing': { status: 400, oss: 'IncorrectNumberOfFilesInPOSTRequest', ec: '0006-00000107', begins: 'POST requires exactly one file upload per request.', retry: 'never', title: 'The form has no file' },
  'file-repeated': { status: 400, oss: 'IncorrectNumberOfFilesInPOSTRequest', begins: 'POST requires exactly one file upload per request.', retry: 'never', title: 'The form has two files' },
  'file-header-unknown': { status: 400, oss: 'InvalidArgument', begins: 'The bucket POST contains unrecognized field name.', retry: 'never', title: 'The file entry has a header that is not allowed' },
  'key-missing': { status: 400, oss: 'InvalidArgument', begins: "The bucket POST must contain the specified 'key'. If it is specified, please check the order of the fields", retry: 'never', title: 'The form names no key' },
  'bucket-field-mismatch': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'The bucket field names another bucket than the address' },
  'field-invalid': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'A field has a value that is not allowed' },
  'forbid-overwrite-invalid': { status: 400, oss: 'InvalidArgument', ec: '0006-00000117', retry: 'never', title: 'x-oss-forbid-overwrite is neither true nor false' },
  'encryption-invalid': { status: 400, oss: 'InvalidEncryptionAlgorithmError', begins: 'The encryption algorithm specified is not valid.', retry: 'never', title: 'Unknown encryption algorithm' },
  'metadata-too-large': { status: 400, oss: 'MetadataTooLarge', begins: 'Your metadata headers exceed the maximum allowed metadata size.', retry: 'never', title: 'Too much user metadata' },

  // The body of a request
  'length-missing': { status: 411, oss: 'MissingContentLength', begins: 'You must provide the Content-Length HTTP header.', retry: 'never', title: 'No Content-Length' },
  'body-incomplete': { status: 400, oss: 'IncompleteBody', begins: 'You did not provide the number of bytes specified by the Content-Length HTTP header.', retry: 'same-form', title: 'The body ended early' },
  'body-too-slow': { status: 400, oss: 'RequestTimeout', begins: 'Your socket connection to the server was not read from or written to within the timeout period.', retry: 'same-form', title: 'The body came too slowly' },
  'file-too-large': { status: 400, oss: 'EntityTooLarge', ec: '0006-00000003', begins: 'Your proposed upload exceeds the maximum allowed size.', retry: 'never', title: 'The file is too large' },
  'body-too-large': { status: 400, oss: 'EntityTooLarge', ec: '0006-00000003', begins: 'Your proposed upload exceeds the maximum allowed size.', retry: 'never', title: 'The body is over 5 GB' },
  'digest-malformed': { status: 400, oss: 'InvalidDigest', begins: 'The Content-MD5 you specified was invalid.', retry: 'never', title: 'Content-MD5 is not the Base64 of 16 bytes' },
  'digest-mismatch': { status: 400, oss: 'InvalidDigest', begins: 'The Content-MD5 you specified was invalid.', retry: 'same-form', title: 'The body does not match its Content-MD5' },
  'file-too-small': { status: 400, oss: 'EntityTooSmall', ec: '0006-00000004', begins: 'Your proposed upload smaller than the minimum allowed size.', retry: 'never', title: 'The file is too small' },

  // Who signed the form
  'signature-version-unknown': { status: 400, oss: 'InvalidArgument', ec: '0002-00000701', retry: 'never', title: 'Unknown signature version' },
  'signature-schemes-mixed': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'The form has fields of two signature schemes' },
  'policy-missing': { status: 400, oss: 'InvalidArgument', ec: '0002-00000702', retry: 'never', title: 'The form has a signature but no policy' },
  'signature-missing': { status: 400, oss: 'InvalidArgument', ec: '0002-00000703', retry: 'never', title: 'The form has a policy but no signature' },
  'signature-empty': { status: 400, oss: 'InvalidArgument', ec: '0002-00000704', begins: 'Post request signature is empty.', retry: 'never', title: 'The signature is empty' },
  'signature-mismatch': { status: 403, oss: 'SignatureDoesNotMatch', ec: '0002-00000705', begins: 'The request signature we calculated does not match the signature you provided. Check your key and signing method.', retry: 'never', title: 'The signature is wrong' },
  'access-key-id-missing': { status: 400, oss: 'InvalidArgument', ec: '0002-00000706', retry: 'never', title: 'The form names no access key id' },
  'access-key-id-empty': { status: 400, oss: 'InvalidArgument', ec: '0002-00000707', begins: 'Post request accessKeyId is empty.', retry: 'never', title: 'The access key id is empty' },
  'credential-missing': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'The form names no credential' },
  'credential-date': { status: 400, oss: 'InvalidArgument', ec: '0002-00000709', retry: 'never', title: 'The date in the credential is wrong' },
  'credential-malformed': { status: 400, oss: 'InvalidArgument', ec: '0002-00000710', retry: 'never', title: 'The credential is malformed' },
  'credential-region': { status: 403, oss: 'InvalidArgument', ec: '0002-00000226', begins: 'The signing region in credential is invalid.', retry: 'never', title: 'The credential names another region' },
  's3-algorithm-missing': { status: 400, oss: 'InvalidArgument', ec: '0002-00000712', retry: 'never', title: 'The form names no X-Amz-Algorithm' },
  's3-date-missing': { status: 400, oss: 'InvalidArgument', ec: '0002-00000713', retry: 'never', title: 'The form names no X-Amz-Date' },
  'date-missing': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'The form names no x-oss-date' },
  'date-malformed': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'The date is not YYYYMMDDTHHMMSSZ' },
  'date-ahead': { status: 403, oss: 'AccessDenied', begins: 'Request is not valid yet.', retry: 'fresh-form', title: 'The signature is dated in the future' },
  'signature-too-old': { status: 403, oss: 'AccessDenied', begins: 'Request has expired.', retry: 'fresh-form', title: 'The signature is older than seven days' },
  'access-key-id-unknown': { status: 403, oss: 'InvalidAccessKeyId', ec: '0002-00000902', begins: 'The OSS Access Key Id you provided does not exist in our records.', retry: 'never', title: 'Unknown access key id' },
  'security-token-unexpected': { status: 403, oss: 'InvalidAccessKeyId', ec: '0002-00000002', begins: 'The OSS Access Key Id you provided does not exist in our records.', retry: 'never', title: 'A security token for a key that has none, or none for a key that needs one' },
  'security-token-mismatch': { status: 403, oss: 'AccessKeyIdAndSecurityTokenNotMatch', ec: '0002-00000004', begins: 'The OSS access key id and security token you provided does not match.', retry: 'never', title: 'The security token belongs to another key' },
  'security-token-invalid': { status: 403, oss: 'InvalidSecurityToken', ec: '0002-00000006', begins: 'The security token you provided is invalid.', retry: 'never', title: 'The security token belongs to no key' },
  'security-token-expired': { status: 403, oss: 'SecurityTokenExpired', ec: '0002-00000007', begins: 'The security token you provided has expired.', retry: 'fresh-form', title: 'The temporary key has expired' },
  'access-key-expired': { status: 403, oss: 'InvalidAccessKeyId', begins: 'The OSS Access Key Id you provided is disabled.', retry: 'never', title: 'The access key has expired' },

  // The policy
  'policy-malformed': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000201', begins: POLICY, retry: 'never', title: 'The policy is not Base64 of a JSON object in UTF-8' },
  'policy-too-large': { status: 400, oss: 'InvalidPolicyDocument', begins: POLICY, retry: 'never', title: 'The policy is too large' },
  'policy-member-unknown': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000206', begins: POLICY, retry: 'never', title: 'The policy has an unknown member' },
  'policy-conditions-missing': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000207', begins: POLICY, retry: 'never', title: 'The policy has no conditions' },
  'policy-expiration-missing': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000208', begins: POLICY, retry: 'never', title: 'The policy has no expiration' },
  'policy-empty': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000209', begins: POLICY, retry: 'never', title: 'The policy has neither expiration nor conditions' },
  'expiration-not-string': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000210', begins: POLICY, retry: 'never', title: 'The expiration is not a string' },
  'expiration-empty': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000211', begins: POLICY, retry: 'never', title: 'The expiration is empty' },
  'expiration-malformed': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000212', begins: POLICY, retry: 'never', title: 'The expiration is not ISO 8601 in UTC' },
  'conditions-not-array': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000214', begins: POLICY, retry: 'never', title: 'The conditions are not a list' },
  'conditions-empty': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000215', begins: POLICY, retry: 'never', title: 'The list of conditions is empty' },
  'condition-mode-missing': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000216', begins: POLICY, retry: 'never', title: 'A condition has no mode' },
  'condition-mode-unknown': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000217', begins: POLICY, retry: 'never', title: 'A condition has an unknown mode' },
  'condition-malformed': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000218', begins: POLICY, retry: 'never', title: 'A condition is not of a known shape' },
  'condition-members': { status: 400, oss: 'InvalidPolicyDocument', begins: `${POLICY} Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.`, retry: 'never', title: 'An object condition has not exactly one member' },
  'range-reversed': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000219', begins: POLICY, retry: 'never', title: 'A size range ends before it begins' },
  'range-minimum-not-integer': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000220', begins: POLICY, retry: 'never', title: 'The minimum size is not a whole number' },
  'range-maximum-not-integer': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000221', begins: POLICY, retry: 'never', title: 'The maximum size is not a whole number' },
  'condition-not-object-or-list': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000222', begins: POLICY, retry: 'never', title: 'A condition is neither an object nor a list' },
  'range-bound-type': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000223', begins: POLICY, retry: 'never', title: 'A bound of a size range has the wrong type' },
  'condition-value-type': { status: 400, oss: 'InvalidPolicyDocument', ec: '0006-00000224', begins: POLICY, retry: 'never', title: 'The value of a condition has the wrong type' },
  'policy-expired': { status: 403, oss: 'AccessDenied', ec: '0006-00000213', begins: `${ACCORDING} Policy expired.`, retry: 'fresh-form', title: 'The policy has expired' },
  'condition-failed': { status: 403, oss: 'AccessDenied', ec: '0006-00000227', begins: `${ACCORDING} Policy Condition failed:`, retry: 'never', title: 'The policy forbids this form' },
  'condition-field-absent': { status: 403, oss: 'AccessDenied', ec: '0006-00000226', begins: `${ACCORDING} Policy Condition failed:`, retry: 'never', title: 'A field that the policy names is missing' },
  'field-not-covered': { status: 403, oss: 'AccessDenied', ec: '0006-00000228', begins: `${ACCORDING} Extra input fields:`, retry: 'never', title: 'A field is not covered by the policy' },

  // Who may, and signed requests
  'bucket-acl-denied': { status: 403, oss: 'AccessDenied', begins: 'You have no right to access this object because of bucket acl.', retry: 'never', title: 'The bucket does not allow this' },
  'object-acl-denied': { status: 403, oss: 'AccessDenied', begins: 'Anonymous user has no right to access this object.', retry: 'never', title: 'The object does not allow this' },
  'anonymous-denied': { status: 403, oss: 'AccessDenied', begins: 'Anonymous user has no right to access this bucket.', retry: 'never', title: 'Anonymous requests are not allowed here' },
  'key-allows-not': { status: 403, oss: 'AccessDenied', ec: '0003-00000001', begins: 'You have no right to access this object because of bucket acl.', retry: 'never', title: 'The policy of the access key does not allow this' },
  'key-denies': { status: 403, oss: 'AccessDenied', ec: '0003-00000201', begins: 'Access denied by bucket policy.', retry: 'never', title: 'The policy of the access key denies this' },
  'request-signature-mismatch': { status: 403, oss: 'SignatureDoesNotMatch', ec: '0002-00000040', begins: 'The request signature we calculated does not match the signature you provided. Check your key and signing method.', retry: 'never', title: 'The signature of the request is wrong' },
  'request-time-skewed': { status: 403, oss: 'RequestTimeTooSkewed', begins: 'The difference between the request time and the current time is too large.', retry: 'never', title: 'The clock of the client is off' },
  'request-expired': { status: 403, oss: 'AccessDenied', ec: '0002-00000069', begins: 'Request has expired.', retry: 'fresh-form', title: 'The presigned URL has expired' },
  'query-authentication-incomplete': { status: 403, oss: 'AccessDenied', begins: 'Query string authentication requires the Signature, Expires and OSSAccessKeyId parameters.', retry: 'never', title: 'The presigned URL lacks a parameter' },
  'query-expires-invalid': { status: 403, oss: 'AccessDenied', begins: 'Invalid date (should be seconds since epoch).', retry: 'never', title: 'Expires is not a number of seconds' },
  'authorization-malformed': { status: 400, oss: 'InvalidArgument', begins: 'Authorization header is invalid.', retry: 'never', title: 'The Authorization header is malformed' },
  'authorization-credential-malformed': { status: 400, oss: 'InvalidArgument', begins: 'Invalid credential in Authorization header.', retry: 'never', title: 'The credential in the Authorization header is malformed' },
  'authentication-repeated': { status: 400, oss: 'InvalidArgument', ec: '0002-00000039', retry: 'never', title: 'The request is signed twice' },
  'query-authentication-invalid': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'A parameter of the V4 presigned URL is missing or wrong' },
  'content-sha256-invalid': { status: 400, oss: 'InvalidArgument', ec: '0002-00000214', retry: 'never', title: 'x-oss-content-sha256 is not UNSIGNED-PAYLOAD' },
  'request-date-missing': { status: 403, oss: 'AccessDenied', begins: 'OSS authentication requires a valid Date.', retry: 'never', title: 'The request has no valid date' },
  'authorization-date': { status: 400, oss: 'InvalidArgument', ec: '0002-00000212', retry: 'never', title: 'The date of the signature is wrong' },
  'query-expires-range': { status: 400, oss: 'InvalidArgument', ec: '0002-00000216', retry: 'never', title: 'x-oss-expires is not from 1 to 604800' },

  // Buckets, objects, operations
  'bucket-not-found': { status: 404, oss: 'NoSuchBucket', begins: 'The specified bucket does not exist.', retry: 'never', title: 'No such bucket' },
  'bucket-name-invalid': { status: 400, oss: 'InvalidBucketName', begins: 'The specified bucket is not valid.', retry: 'never', title: 'Not a valid bucket name' },
  'bucket-exists': { status: 409, oss: 'BucketAlreadyExists', begins: 'The requested bucket name is not available.', retry: 'never', title: 'The bucket exists already' },
  'key-empty': { status: 400, oss: 'InvalidObjectName', begins: 'The Object name can not be empty.', retry: 'never', title: 'The key is empty' },
  'key-too-long': { status: 400, oss: 'InvalidObjectName', begins: 'The Length of Object name must be less than 1024.', retry: 'never', title: 'The key is over 1023 bytes' },
  'key-invalid': { status: 400, oss: 'InvalidObjectName', begins: 'The specified object is not valid.', retry: 'never', title: 'Not a valid key' },
  'object-not-found': { status: 404, oss: 'NoSuchKey', begins: 'The specified key does not exist.', retry: 'never', title: 'No such object' },
  'object-exists': { status: 409, oss: 'FileAlreadyExists', begins: 'The object you specified already exists and can not be overwritten.', retry: 'never', title: 'The object exists already' },
  'precondition-failed': { status: 412, oss: 'PreconditionFailed', begins: 'At least one of the pre-conditions you specified did not hold.', retry: 'never', title: 'A condition of the request does not hold' },
  'acl-invalid': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'Unknown ACL' },
  'xml-malformed': { status: 400, oss: 'MalformedXML', begins: MALFORMED_XML, retry: 'never', title: 'Not the XML this operation wants' },
  'cors-not-configured': { status: 404, oss: 'NoSuchCORSConfiguration', begins: 'The CORS Configuration does not exist.', retry: 'never', title: 'The bucket has no CORS rules' },
  'cors-forbidden': { status: 403, oss: 'AccessForbidden', begins: 'CORSResponse: This CORS request is not allowed.', retry: 'never', title: 'No CORS rule allows this request' },
  'cors-insufficient': { status: 400, oss: 'BadRequest', begins: 'Insufficient information.', retry: 'never', title: 'A header of the preflight is missing' },
  'cors-too-many-rules': { status: 400, oss: 'CORSRuleBeyondLimit', begins: 'The number of CORS rules exceeds the limit.', retry: 'never', title: 'Too many CORS rules' },
  'request-invalid': { status: 400, oss: 'InvalidRequest', retry: 'never', title: 'The request is not valid' },
  'request-uri-invalid': { status: 400, oss: 'InvalidURI', begins: "Couldn't parse the specified URI.", retry: 'never', title: 'The path of the request cannot be decoded' },
  'method-not-allowed': { status: 405, oss: 'MethodNotAllowed', begins: 'The specified method is not allowed against this resource.', retry: 'never', title: 'This method does not go with this address' },
  'operation-unknown': { status: 501, oss: 'NotImplemented', begins: 'A header or query you provided implies functionality that is not implemented.', retry: 'never', title: 'Not implemented' },
  'callback-failed': { status: 203, oss: 'CallbackFailed', retry: 'never', title: 'The file is stored, but the application did not confirm it' },
  'header-not-implemented': { status: 400, oss: 'NotImplemented', begins: 'A header you provided implies functionality that is not implemented.', retry: 'never', title: 'A header that this store does not know' },
  'store-busy': { status: 503, oss: 'ServiceUnavailable', begins: 'Please reduce your request rate.', retry: 'same-form', title: 'The store is busy' },
  'store-full': { status: 507, oss: 'InsufficientStorage', begins: 'The store has no space left.', retry: 'same-form', title: 'The disk of the store is full' },
  'internal-error': { status: 500, oss: 'InternalError', begins: 'We encountered an internal error. Please try again.', retry: 'same-form', title: 'Something broke here' },

  // The issuer
  'issue-request-malformed': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'The request for a form is not valid' },
  'route-unknown': { status: 404, oss: 'InvalidArgument', retry: 'never', title: 'There is no such route' },
  'type-not-allowed': { status: 415, oss: 'InvalidArgument', retry: 'never', title: 'This type of file is not allowed' },
  'caller-unknown': { status: 401, oss: 'AccessDenied', retry: 'never', title: 'Sign in first' },
  'too-many-requests': { status: 429, oss: 'TooManyRequests', retry: 'same-form', title: 'Too much was asked for' },
  'upload-denied': { status: 403, oss: 'AccessDenied', retry: 'never', title: 'You may not upload here' },
  'path-not-found': { status: 404, oss: 'InvalidArgument', retry: 'never', title: 'There is nothing at this address' },
  'storage-unreachable': { status: 502, oss: 'ServiceUnavailable', retry: 'same-form', title: 'The storage did not answer' },

  // The browser's side
  'network-lost': { status: 0, oss: 'NetworkLost', retry: 'same-form', title: 'The connection was lost' },
  'file-unreadable': { status: 0, oss: 'Unreadable', retry: 'never', title: 'The file can no longer be read' },
  'csp-blocked': { status: 0, oss: 'Blocked', retry: 'never', title: 'The Content-Security-Policy of the page forbids the connection' },
  'mixed-content': { status: 0, oss: 'Blocked', retry: 'never', title: 'A page that came by https may not send to http' },
  'domain-forbidden': { status: 0, oss: 'Blocked', retry: 'never', title: 'The mini-program may not reach this domain' },
  'upload-aborted': { status: 0, oss: 'Aborted', retry: 'never', title: 'The upload was cancelled' },
  'upload-form-malformed': { status: 0, oss: 'Refused', retry: 'never', title: 'Not an upload form' },
  'store-refused': { status: 0, oss: 'Refused', retry: 'never', title: 'The store refused, for a reason we do not know' },
  'issuer-refused': { status: 0, oss: 'Refused', retry: 'never', title: 'The issuer refused, for a reason we do not know' },
} as const satisfies Record<string, ErrorRow>
