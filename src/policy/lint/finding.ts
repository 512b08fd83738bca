import type { Condition } from '../condition.ts'
import { conditionText } from '../explain-policy.ts'

/**
 * How much a finding matters: an `error` hands out far more than anybody means, or makes a form that every store refuses;
 * a `warning` hands out more than the usual page needs; a `note` is worth a thought.
 */
export type Severity = 'error' | 'warning' | 'note'

/** Something in a policy that its author will regret. */
export interface Finding {
  /** Names the finding; docs/guide/lint.md has a section for each. */
  readonly code: FindingCode
  readonly severity: Severity
  /** What was found, without a full stop. */
  readonly title: string
  /** What follows from it, in a sentence. */
  readonly consequence: string
  /** What to do, in a sentence. */
  readonly fix: string
  /** The condition it is about, as OSS prints it; absent where a condition is missing. */
  readonly condition?: string
}

type Template = Omit<Finding, 'code' | 'condition'>

/** All findings, as they read unless a check knows better. */
// biome-ignore format: a table is read by its columns
const FINDINGS = {
  // Where the object goes
  'bucket-open': { severity: 'error', title: 'No bucket is named', consequence: 'The policy is good for every bucket that the access key may write to.', fix: 'Add {"bucket": "NAME"}.' },
  'key-open': { severity: 'error', title: 'Any key is allowed', consequence: 'Whoever holds the form can write anywhere in the bucket, over the objects of others too.', fix: 'Let the server make the key and pin it: {"key": "uploads/2026/11/24/UUID.png"}.' },
  'key-by-client': { severity: 'warning', title: 'The client chooses the key below a prefix', consequence: 'A client can take the key of an object that is there, and names such as "a.html".', fix: 'Let the server make the key and pin it with eq; or let it put a new UUID into the prefix of each answer.' },
  'key-file-name': { severity: 'warning', title: "The client's file name becomes part of the key", consequence: 'Two files of one name take the same key, and the name may hold "?", "#", control characters or an ending such as ".html".', fix: 'Let the server make the whole key, and keep the file name as data.' },
  'key-prefix-unended': { severity: 'warning', title: 'The prefix of the key does not end in "/"', consequence: 'The prefix "users/1" also lets a client write below "users/10/".', fix: 'End the prefix with "/".' },
  'overwrite-allowed': { severity: 'warning', title: 'Objects may be overwritten', consequence: 'The form can be used again until it expires: what was looked at once can be replaced later.', fix: 'Send x-oss-forbid-overwrite with the value "true", and pin it: {"x-oss-forbid-overwrite": "true"}.' },

  // How much, and for how long
  'size-open': { severity: 'error', title: 'No upper size', consequence: 'Every use of the form can store 5 GiB, at your cost.', fix: 'Add ["content-length-range", 1, 10485760], with the largest file you expect.' },
  'size-huge': { severity: 'warning', title: 'A very large upper size', consequence: 'Every use of the form can store that much, at your cost.', fix: 'Allow the largest file you expect, and no more.' },
  'size-zero': { severity: 'note', title: 'Empty files are allowed', consequence: 'An upload that failed to read its file makes an empty object that looks like a success.', fix: 'Let the range begin at 1.' },
  'life-long': { severity: 'warning', title: 'The policy lives long', consequence: 'Until it expires the form can be used any number of times, by whoever has a copy of it.', fix: 'Let a form live for minutes, and give a new one for each upload.' },
  'expired': { severity: 'note', title: 'The policy has expired', consequence: 'Every form with it is refused.', fix: 'Make a new form.' },

  // What the object is
  'type-open': { severity: 'warning', title: 'Any content type is allowed', consequence: 'A client can store a page or a script (text/html, image/svg+xml), which runs in the name of the domain that serves it.', fix: 'Name the types you expect: ["in", "$content-type", ["image/jpeg", "image/png"]].' },
  'type-active': { severity: 'warning', title: 'A type that browsers run is allowed', consequence: 'An object of that type runs as a page or a script in the name of the domain that serves it.', fix: 'Leave the type out; or serve the bucket from a domain of its own, as downloads.' },
  'type-misspelt': { severity: 'warning', title: 'A type that no browser says', consequence: 'Values are compared exactly, so the files that are meant are refused.', fix: 'Write the type as browsers do.' },
  'type-wildcard': { severity: 'error', title: 'A "*" in a type', consequence: 'Policies know no wildcards: only a file of the type "image/*" itself would pass, and there is none.', fix: 'Name each type, or write ["starts-with", "$content-type", "image/"], which lets image/svg+xml pass too.' },

  // What OSS lets a client add
  'acl-open': { severity: 'warning', title: 'The client may choose the ACL of the object', consequence: 'A client can add x-oss-object-acl=public-read or public-read-write, and publish its object from a private bucket.', fix: 'Send x-oss-object-acl with the value "default" and pin it with eq; or block public access for the bucket.' },
  'callback-open': { severity: 'note', title: 'The client may add or change the callback', consequence: 'A client can make OSS call any address with any body, signed by OSS, your own callback address included.', fix: 'Pin callback and each x: variable with eq where you use them, and believe only callbacks that carry a token of yours.' },
  'redirect-open': { severity: 'note', title: 'The client may add a redirect', consequence: 'A page of a stranger can post the form and send the browser on to any address.', fix: 'Give forms only to pages of yours, and let them live for minutes: a redirect cannot be forbidden.' },
  'storage-class-open': { severity: 'note', title: 'The client may choose the storage class', consequence: 'A client can store its object as Archive, which must be restored before it can be read, and costs for months.', fix: "Send x-oss-storage-class with the bucket's own class, and pin it with eq." },
  'metadata-open': { severity: 'note', title: 'The client may add metadata', consequence: 'Any x-oss-meta- field can be added, and looks as if the server had written it.', fix: 'Pin with eq each name that you read back, and believe no other.' },
  'field-free': { severity: 'warning', title: 'A field of the form is not pinned', consequence: 'The client may change it, or leave it out.', fix: 'Add an eq condition for it.' },

  // What no store takes
  'field-uncovered': { severity: 'error', title: 'A field that a condition must name', consequence: 'Every form is refused: "Extra input fields".', fix: 'Add an eq condition for it.' },
  'field-absent': { severity: 'error', title: 'A condition on a field that the form does not send', consequence: 'Every form is refused: a field that a condition names must be there.', fix: 'Send the field, or take the condition out.' },
  'conditions-contradict': { severity: 'error', title: 'Conditions that cannot all hold', consequence: 'Every form is refused.', fix: 'Keep the one that is meant.' },
  'condition-repeated': { severity: 'note', title: 'A condition stands there twice', consequence: 'It changes nothing, and hides which one counts when one of them is edited.', fix: 'Keep one.' },

  // How it is signed and sent
  'host-http': { severity: 'warning', title: 'The form is posted to an http address', consequence: 'Whoever is on the way reads the file and the form, and can use it; a page served by https may not post there.', fix: 'Post to the https address.' },
  'host-internal': { severity: 'error', title: 'The form is posted to an internal endpoint', consequence: "Only machines in the vendor's network reach it; browsers do not.", fix: 'Leave "-internal" out of the address that browsers post to.' },
  'scheme-old': { severity: 'warning', title: 'The form is signed with an old scheme', consequence: 'OSS has given up V1: new accounts have not had it since March 2025, nor new buckets since September 2025. The secret itself signs with SHA-1, for no day and no region.', fix: 'Sign with oss-v4.' },
} as const satisfies Record<string, Template>

export type FindingCode = keyof typeof FINDINGS

/** Every code, in the order in which findings of one severity are told. */
export const FINDING_CODES: readonly FindingCode[] = Object.keys(FINDINGS).filter(isCode)

/** A finding as the table has it, but for what a check knows better. */
export function finding(code: FindingCode, condition?: Condition, better: Partial<Template> = {}): Finding {
  return {
    code,
    ...FINDINGS[code],
    ...better,
    ...(condition === undefined ? {} : { condition: conditionText(condition) }),
  }
}

function isCode(text: string): text is FindingCode {
  return Object.hasOwn(FINDINGS, text)
}
