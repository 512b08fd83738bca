import { type ErrorRow, MALFORMED_XML } from './error-table.ts'

/**
 * The rows of the table of errors that only a signed request to a store can meet, and what only whoever makes a form can
 * put right: a browser does not download them.
 *
 * Codes, messages and EC numbers: docs/spec/object-api.md, docs/spec/callback.md.
 */
// biome-ignore format: a table is read by its columns
export const REQUEST_ERRORS = {
  'copy-source-invalid': { status: 400, oss: 'InvalidArgument', begins: 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.', retry: 'never', title: 'x-oss-copy-source names no object' },
  'tagging-header-malformed': { status: 400, oss: 'InvalidArgument', ec: '0010-00000219', begins: "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.", retry: 'never', title: 'x-oss-tagging is malformed' },
  'tag-key-invalid': { status: 400, oss: 'InvalidTaggingKey', begins: 'The tagging key you provided is invalid.', retry: 'never', title: 'Not a valid name of a tag' },
  'tag-value-invalid': { status: 400, oss: 'InvalidTag', begins: 'The TagValue you have provided is invalid.', retry: 'never', title: 'Not a valid value of a tag' },
  'tag-repeated': { status: 400, oss: 'RepeatedTags', ec: '0010-00000210', begins: 'Tag keys must be unique.', retry: 'never', title: 'A tag occurs twice' },
  'tags-too-many': { status: 400, oss: 'TooManyTags', retry: 'never', title: 'More than ten tags' },
  'copy-too-large': { status: 400, oss: 'EntityTooLarge', begins: 'Your proposed upload exceeds the maximum allowed size.', retry: 'never', title: 'The object is too large to be copied in one request' },
  'symlink-target-not-found': { status: 404, oss: 'SymlinkTargetNotExist', ec: '0026-00000012', begins: 'The symlink target object does not exist.', retry: 'never', title: 'The symlink stands for no object' },
  'symlink-target-symlink': { status: 400, oss: 'InvalidTargetType', begins: "The symbolic's target file type is invalid.", retry: 'never', title: 'The symlink stands for another symlink' },
  'not-symlink': { status: 400, oss: 'NotSymlink', begins: 'The object is not symlink.', retry: 'never', title: 'The object is no symlink' },
  'not-appendable': { status: 409, oss: 'ObjectNotAppendable', begins: 'The object is not appendable.', retry: 'never', title: 'The object cannot be appended to' },
  'append-position-wrong': { status: 409, oss: 'PositionNotEqualToLength', begins: 'Position is not equal to file length.', retry: 'never', title: 'The position is not where the object ends' },
  'argument-missing': { status: 400, oss: 'MissingArgument', begins: 'Missing Some Required Arguments.', retry: 'never', title: 'A parameter is missing' },
  'range-invalid': { status: 416, oss: 'InvalidRange', begins: 'The requested range cannot be satisfied.', retry: 'never', title: 'The object does not have this range' },
  'argument-invalid': { status: 400, oss: 'InvalidArgument', retry: 'never', title: 'A parameter of the request has a value that is not allowed' },
  'upload-not-found': { status: 404, oss: 'NoSuchUpload', ec: '0042-00000002', begins: 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.', retry: 'fresh-form', title: 'No such multipart upload' },
  'part-number-invalid': { status: 400, oss: 'InvalidArgument', ec: '0017-00000220', begins: 'Part number must be an integer between 1 and 10000, inclusive.', retry: 'never', title: 'Not the number of a part' },
  'part-invalid': { status: 400, oss: 'InvalidPart', begins: "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.", retry: 'never', title: 'A part of the list was not uploaded, or differs' },
  'part-order-invalid': { status: 400, oss: 'InvalidPartOrder', ec: '0042-00000209', begins: 'The list of parts was not in ascending order. Parts list must specified in order by part number.', retry: 'never', title: 'The parts are not in the order of their numbers' },
  'part-too-small': { status: 400, oss: 'EntityTooSmall', ec: '0042-00000213', begins: 'Your proposed upload smaller than the minimum allowed size.', retry: 'never', title: 'A part other than the last is under 100 KB' },
  'complete-all-with-list': { status: 400, oss: 'InvalidArgument', ec: '0042-00000216', begins: 'Should not speficy both complete all header and http body.', retry: 'never', title: 'Parts are listed although all are asked for' },
  'bucket-not-empty': { status: 409, oss: 'BucketNotEmpty', begins: 'The bucket you tried to delete is not empty.', retry: 'never', title: 'The bucket holds objects or uploads' },
  'bucket-class-unknown': { status: 400, oss: 'InvalidArgument', begins: 'No such bucket storage class exists.', retry: 'never', title: 'Unknown storage class' },
  'list-type-invalid': { status: 400, oss: 'InvalidArgument', ec: '0015-00000401', retry: 'never', title: 'list-type is not 2' },
  'list-max-keys-invalid': { status: 400, oss: 'InvalidArgument', ec: '0015-00000402', retry: 'never', title: 'max-keys is not from 1 to 1000' },
  'list-prefix-invalid': { status: 400, oss: 'InvalidArgument', ec: '0015-00000403', retry: 'never', title: 'The prefix is over 1023 bytes' },
  'list-token-invalid': { status: 400, oss: 'InvalidArgument', ec: '0015-00000404', retry: 'never', title: 'The continuation token is none of ours' },
  'list-marker-invalid': { status: 400, oss: 'InvalidArgument', ec: '0015-00000405', retry: 'never', title: 'The marker is over 1023 bytes' },
  'list-delimiter-invalid': { status: 400, oss: 'InvalidArgument', ec: '0015-00000406', retry: 'never', title: 'The delimiter is not one character' },
  'list-buckets-max-keys-invalid': { status: 400, oss: 'InvalidArgument', ec: '0017-00000289', retry: 'never', title: 'max-keys is not from 1 to 1000' },
  'encoding-type-invalid': { status: 400, oss: 'InvalidArgument', ec: '0017-00000235', begins: 'Invalid Encoding Method specified in Request.', retry: 'never', title: 'encoding-type is not url' },
  'name-not-in-xml': { status: 400, oss: 'InvalidArgument', begins: 'The answer would hold a name that XML cannot hold.', retry: 'never', title: 'XML cannot hold the name of an object' },
  'delete-digest-missing': { status: 400, oss: 'MissingArgument', ec: '0016-00000606', begins: 'Missing Some Required Arguments.', retry: 'never', title: 'The list of objects to delete has no Content-MD5' },
  'delete-too-many': { status: 400, oss: 'MalformedXML', ec: '0016-00000609', begins: MALFORMED_XML, retry: 'never', title: 'More than 1000 objects to delete' },
  'delete-nothing': { status: 400, oss: 'MalformedXML', ec: '0016-00000615', begins: MALFORMED_XML, retry: 'never', title: 'No object to delete' },
  'delete-key-missing': { status: 400, oss: 'MalformedXML', ec: '0016-00000613', begins: MALFORMED_XML, retry: 'never', title: 'An object to delete has no key' },
  // Callbacks: docs/spec/callback.md section 7. A callback that was asked for wrongly is refused before anything is stored
  'callback-not-base64': { status: 400, oss: 'InvalidArgument', begins: 'The callback configuration is not base64 encoded.', retry: 'never', title: 'The callback is not Base64 of text in UTF-8' },
  'callback-not-json': { status: 400, oss: 'InvalidArgument', begins: 'The callback configuration is not json format.', retry: 'never', title: 'The callback is not a JSON object' },
  'callback-too-long': { status: 400, oss: 'InvalidArgument', begins: 'The length of callback exceed max value.', retry: 'never', title: 'The callback is too long' },
  'callback-var-too-long': { status: 400, oss: 'InvalidArgument', begins: 'The length of callback var exceed max value.', retry: 'never', title: 'The variables of the callback are too long' },
  'callback-var-malformed': { status: 400, oss: 'InvalidArgument', begins: 'The callback var is not expecten json.', retry: 'never', title: 'The variables of the callback are not Base64 of a JSON object of texts' },
  'callback-repeated': { status: 400, oss: 'InvalidArgument', begins: 'Either the callback query string parameter or the x-oss-callback header should be specified, not both.', retry: 'never', title: 'The request carries two callbacks' },
  'callback-var-repeated': { status: 400, oss: 'InvalidArgument', begins: 'Either the callback-var query string parameter or the x-oss-callback-var header should be specified, not both.', retry: 'never', title: 'The variables of the callback come twice, or on another way than the callback' },
  'callback-url-invalid': { status: 400, oss: 'InvalidArgument', begins: 'The callback url configuration is invalid.', retry: 'never', title: 'A URL of the callback is not valid' },
  'callback-urls-too-many': { status: 400, oss: 'InvalidArgument', begins: 'The number of callback url exceed max value.', retry: 'never', title: 'The callback has more than five URLs' },
  'callback-host-invalid': { status: 400, oss: 'InvalidArgument', begins: 'The callback host configuration is invalid.', retry: 'never', title: 'callbackHost is not a host' },
  'callback-host-unresolved': { status: 400, oss: 'InvalidArgument', begins: 'Can not get ip by this host.', retry: 'never', title: 'The host of a callback has no IPv4 address' },
  'callback-address-private': { status: 400, oss: 'InvalidArgument', begins: 'Private address is forbidden to callback.', retry: 'never', title: 'A callback may not go to this address' },
  'callback-body-empty': { status: 400, oss: 'InvalidArgument', ec: '0007-00000011', begins: 'The callback body is empty.', retry: 'never', title: 'The callback has no callbackBody' },
  'callback-body-invalid': { status: 400, oss: 'InvalidArgument', begins: 'The callback body is invalid.', retry: 'never', title: 'The callbackBody is not a template' },
  'callback-body-type-invalid': { status: 400, oss: 'InvalidArgument', begins: 'The callback body type configuration is invalid.', retry: 'never', title: 'Unknown callbackBodyType' },
  // The object is stored; the application did not confirm it. What else fails so is callback-failed
  'callback-status': { status: 203, oss: 'CallbackFailed', ec: '0007-00000203', retry: 'never', title: 'The application answered the callback with another status than 200' },
  'callback-unreachable': { status: 203, oss: 'CallbackFailed', ec: '0007-00000203', begins: 'Error status : -1. OSS can not connect to your callbackUrl, please check it.', retry: 'never', title: 'The application could not be reached' },
  'callback-timeout': { status: 203, oss: 'CallbackFailed', ec: '0007-00000202', retry: 'never', title: 'The application did not answer the callback in time' },
  'callback-answer-not-json': { status: 203, oss: 'CallbackFailed', ec: '0007-00000205', begins: 'Response body is not valid json format.', retry: 'never', title: 'The application did not answer the callback with JSON' },
} as const satisfies Record<string, ErrorRow>
