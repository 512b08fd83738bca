/** The protocol's numbers, each with its source. Sizes in bytes, times in milliseconds, unless the name says otherwise. */

// Written out, and before any object, so that a bundler sees which of these nobody uses.
const KB = 1024
const MB = 1_048_576
const GB = 1_073_741_824
const MINUTE = 60_000

/** A file, and a whole POST body: docs/spec/post-object.md section 2. */
export const MAX_OBJECT_BYTES = 5 * GB

/** What CopyObject copies from bucket to bucket, and what it copies where class or encryption change: the page of 2026. */
export const MAX_COPY_BYTES = 5 * GB
export const MAX_CONVERTED_COPY_BYTES = 1 * GB

/** The policy's text after Base64. Ours: OSS's bound is the field's 2 MB, which no honest policy comes near. */
export const MAX_POLICY_BYTES = 64 * KB
/** Ours; form-hazards.md row 30. */
export const MAX_CONDITIONS = 1000
/** Ours; form-hazards.md row 29. A policy's own structure is three deep. */
export const MAX_POLICY_DEPTH = 8

/** docs/spec/object-api.md section 3. */
export const MAX_KEY_BYTES = 1023
export const MAX_USER_METADATA_BYTES = 8 * KB
/** An object's tags. A name or value may have as many bytes, in UTF-8. */
export const MAX_TAGS = 10
export const MAX_TAG_KEY_BYTES = 128
export const MAX_TAG_VALUE_BYTES = 256
/** Ours: ten tags, even where every byte is written as a reference. */
export const MAX_TAGGING_XML_BYTES = 64 * KB
/** Every part of an upload but the last; a part may have as much as an object. 48.8 TB in all is 10,000 parts of 5 GB. */
export const MIN_PART_BYTES = 100 * KB
/** How many parts an upload has, and the highest number of one. */
export const MAX_PARTS = 10_000
/** As many parts as there can be, each as large as it can be; what a bucket takes may be less. */
export const MAX_UPLOAD_BYTES = 10_000 * 5 * GB
export const MAX_LISTED_PARTS = 1000
export const MAX_LISTED_UPLOADS = 1000
/** A page of objects or of buckets; what one request may delete. */
export const MAX_LISTED_KEYS = 1000
export const DEFAULT_LISTED_KEYS = 100
export const MAX_DELETED_KEYS = 1000
export const MAX_DELETE_XML_BYTES = 2 * MB
/** Ours: 10,000 parts as clients list them take 1 MB, and 2 MB where every element has a line of its own. */
export const MAX_PART_LIST_BYTES = 4 * MB
/** Ours: clients resume what broke off within days. */
export const DEFAULT_UPLOAD_MAX_AGE_MS = 7 * 24 * 60 * MINUTE
export const MAX_CORS_RULES = 20
export const MAX_CORS_XML_BYTES = 16 * KB

/** How far ahead of our clock a signature's date may be: docs/spec/post-object.md section 5. */
export const MAX_CLOCK_SKEW_MS = 15 * MINUTE
/** How long a V4 signature lives: docs/spec/post-object.md section 5. */
export const MAX_SIGNATURE_LIFE_MS = 7 * 24 * 60 * MINUTE

/** RAM's limit of a whole policy; here for its actions and resources, so that none which RAM takes is too long. */
export const MAX_KEY_POLICY_CHARACTERS = 6144
/** Ours: a file of keys is read whole, and again whenever it changes. */
export const MAX_KEY_FILE_BYTES = 1 * MB
export const MAX_KEYS = 1000

/** `callback` and `callback-var`, each after Base64, in a header or a query: docs/spec/callback.md section 1. */
export const MAX_CALLBACK_CHARACTERS = 5 * KB
/** Ours: OSS states no bound for a form's `callback` but the field's 2 MB. */
export const MAX_FORM_CALLBACK_CHARACTERS = 64 * KB
export const MAX_CALLBACK_URLS = 5
/** What the application may answer a callback with: docs/spec/callback.md section 6. */
export const MAX_CALLBACK_ANSWER_BYTES = 1 * MB
/** Ours: what may be sent to it. A short template may name a long variable many times. */
export const MAX_CALLBACK_BODY_BYTES = 1 * MB
/** For each URL of a callback, from the connection to the last byte of the answer. */
export const CALLBACK_TIMEOUT_MS = 5 * 1000
/** Ours: how many uploads may wait for an application at once. */
export const MAX_OPEN_CALLBACKS = 100

/** What AssumeRole takes: docs/spec/auth.md section 5. */
export const MIN_SESSION_SECONDS = 900
export const DEFAULT_SESSION_SECONDS = 3600
export const MAX_SESSION_POLICY_BYTES = 2048
/** What a role's longest session may be set to: docs/spec/auth.md section 5. */
export const MIN_ROLE_SESSION_SECONDS = 3600
export const MAX_ROLE_SESSION_SECONDS = 12 * 3600
/** Ours: the longest policy, with every byte encoded twice, and room for the rest. */
export const MAX_STS_CALL_BYTES = 32 * KB
/** Ours: a whole header of HTTP holds no more, and no token of ours comes near. */
export const MAX_SECURITY_TOKEN_CHARACTERS = 8 * KB
/** Ours: how many calls to STS one key may make, and all keys, while their nonces must be remembered: 6000 a minute, as STS allows. */
export const MAX_STS_NONCES_OF_KEY = 100_000
export const MAX_STS_NONCES = 250_000

/** docs/spec/post-object.md section 2; headers and entries: docs/spec/form-hazards.md section 2, rows 6, 9, 20. */
export const FORM_LIMITS = {
  maxFieldNameBytes: 8 * KB,
  maxFieldBytes: 2 * MB,
  maxFieldsBytes: 8 * MB,
  maxEntries: 1000,
  maxEntryHeaderBytes: 16 * KB,
  maxEntryHeaders: 64,
  maxBoundaryBytes: 70,
  maxPreambleBytes: 1 * KB,
  maxEpilogueBytes: 64 * KB,
} as const

/** The numbers of {@link FORM_LIMITS}, or an operator's own, stricter ones. */
export type FormLimits = { readonly [name in keyof typeof FORM_LIMITS]: number }
