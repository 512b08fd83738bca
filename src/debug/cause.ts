/** A reason why a store refuses, and what to do about it. */
export interface Cause {
  /** Names the cause; where a store's own rule is broken, it is the code of that error. */
  readonly code: string
  readonly sentence: string
  readonly fix: string
}

/** The usual reasons, as they read unless a check knows better. */
// biome-ignore format: a table is read by its columns
const CAUSES = {
  // The secret
  'secret-line-end': { sentence: 'The signature was made with a secret that has a line end or a space behind it.', fix: 'Trim the secret where the program reads it.' },
  'secret-given-line-end': { sentence: 'The secret given here has white space around it; without it, it is the one that signed.', fix: 'Trim it where it is kept: other programs read the same text.' },
  'secret-quoted': { sentence: 'The signature was made with a secret that stands in quotes.', fix: 'Take the quotes out of the file or variable that holds the secret.' },
  'secret-missing': { sentence: 'The signature was made without a secret: with an empty text, or with the word for "nothing".', fix: 'Set the secret in the environment of the process that signs.' },
  'secret-or-text': { sentence: 'This secret did not sign this text, nor any text that is usually signed by mistake.', fix: 'Look whether the secret belongs to this access key id; else compare the text that your code signs, with --signed.' },
  'secret-other': { sentence: 'This secret did not sign the text that the store used.', fix: 'Look whether the secret belongs to this access key id.' },
  'store-secret-other': { sentence: 'The signature is right for this secret and for the text that the store used: the store knows another secret under this access key id.', fix: 'Look whether the key was replaced, and whether it is a key of this very store.' },

  // The key
  'key-other': { sentence: 'The request was signed by another access key than the one whose secret is given here.', fix: 'Give the secret of that key.' },
  'key-unknown': { sentence: 'The store does not know the access key id.', fix: 'Look whether the key is disabled, is of another account, or is a temporary one that was sent without its security token.' },
  'key-may-not': { sentence: 'The signature was accepted, and the key may not do this in this bucket.', fix: "Look whether the bucket belongs to the key's account, and whether its RAM policy allows the action." },

  // The scope and the key that is derived for it
  'region-other': { sentence: 'The signing key was derived for another region than the scope names.', fix: 'Use one region for the scope and for the signing key: the plain one, cn-hangzhou.' },
  'day-other': { sentence: 'The signing key was derived for another day than the scope names: for the local day, perhaps, and not for UTC.', fix: 'Take the day of the scope, in UTC.' },
  'key-chain': { sentence: 'The signing key was derived in another way: with the wrong word before the secret, or from digests in hexadecimal.', fix: 'Chain the HMACs over raw bytes, beginning with "aliyun_v4" + secret for OSS, "AWS4" + secret for S3.' },
  'scheme-other': { sentence: 'The signature is that of another scheme than the fields say.', fix: 'V1 and S3 V2 are the Base64 of HMAC-SHA1; V4 is the hexadecimal of HMAC-SHA256 with a derived key.' },

  // The policy of a form
  'policy-json-signed': { sentence: "The policy's JSON was signed, and not its Base64.", fix: 'Sign the Base64 text that is sent.' },
  'policy-reencoded': { sentence: 'The policy was encoded again after it was signed: the JSON is the same, the Base64 is not.', fix: 'Encode once, sign that text, and send the very same.' },
  'policy-changed': { sentence: 'The other side has another policy.', fix: 'Send the policy together with its own signature; look whether two answers of an issuer were mixed.' },
  'policy-line-breaks': { sentence: 'The Base64 that was signed has line breaks in it, and the one that was sent has not, or the other way round.', fix: 'Encode without line breaks.' },
  'policy-not-base64': { sentence: 'The policy is not the Base64 that stores read.', fix: 'Use the alphabet with "+" and "/", padding, and no white space.' },
  'plus-to-space': { sentence: 'A "+" has become a space on the way.', fix: 'Percent-encode the value where it goes through a URL or an x-www-form-urlencoded body ("%2B").' },
  'percent-encoded': { sentence: 'The value was sent percent-encoded.', fix: 'A field of a form is sent as it is: encode nothing.' },
  'signature-spelt': { sentence: 'The signature is right, but spelt otherwise: in capitals, in Base64 for hexadecimal, or the reverse.', fix: 'V1 and S3 V2 want Base64, V4 wants lower-case hexadecimal.' },

  // The request
  'content-type-changed': { sentence: 'The Content-Type that was sent is not the one that was signed.', fix: 'Send exactly the type that was signed: browsers and HTTP libraries add one, or add "; charset=…".' },
  'md5-changed': { sentence: 'The Content-MD5 that was sent is not the one that was signed.', fix: 'Sign with the header that is sent, or without it.' },
  'date-changed': { sentence: 'The date that was signed is not the one that was sent.', fix: 'Write the date once, and use that text for both.' },
  'header-added': { sentence: 'One side has a signed header that the other has not.', fix: 'Sign all x-oss-* headers that are sent, Content-Type and Content-MD5; look whether a proxy adds or removes one.' },
  'header-changed': { sentence: 'A signed header has another value on the other side.', fix: 'Sign the value that is sent; look whether a proxy rewrites it.' },
  'path-encoded': { sentence: 'The path is encoded in another way on the other side.', fix: 'Encode each character of the key once, and leave "/" as it is: "%2F" and "%25" are the signs of doing it too often.' },
  'path-changed': { sentence: 'The other side has another path.', fix: 'The signed path is /BUCKET/KEY, with the bucket also where the host names it.' },
  'query-changed': { sentence: 'The other side has another query.', fix: 'Sign all parameters that are sent; of V1, the sub-resources.' },
  'method-changed': { sentence: 'The other side has another method.', fix: 'A signature is good for one method.' },
  'signed-other-text': { sentence: 'Your code signed another text than the request needs.', fix: 'Mend the line that is marked.' },
} as const satisfies Record<string, Omit<Cause, 'code'>>

export type CauseCode = keyof typeof CAUSES

export function cause(code: CauseCode): Cause {
  return { code, ...CAUSES[code] }
}
