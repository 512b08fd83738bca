export type { Retry } from './base/errors.ts'
export { type ErrorCode, type Facts, PosternError } from './base/known-errors.ts'
export { checkForm } from './form/check-form.ts'
export { KNOWN_FIELDS, type KnownField } from './form/field-names.ts'
export type { FileToSend } from './form/file-failures.ts'
export { type Fields, parseUploadForm, type ReceivedFields, type UploadForm } from './form/upload-form.ts'
export { formFromAnswer } from './form/vendor-answer.ts'
export { eq, fileSize, noneOf, oneOf, startsWith } from './policy/build-policy.ts'
export type {
  Condition,
  EncodedPolicy,
  EqCondition,
  FieldCondition,
  ListCondition,
  Policy,
  PrefixCondition,
  RangeCondition,
} from './policy/condition.ts'
export { type Dialect, OSS, S3 } from './policy/dialect.ts'
export { type EncodeOptions, encodePolicy, policyText } from './policy/encode-policy.ts'
export {
  evaluatePolicy,
  type Failure,
  fileSizeRange,
  type Submission,
} from './policy/evaluate-policy.ts'
export { conditionText, explainFailure, explainPolicy } from './policy/explain-policy.ts'
export type { Finding, FindingCode, Severity } from './policy/lint/finding.ts'
export type { LintSubject } from './policy/lint/look.ts'
export { lintPolicy } from './policy/lint-policy.ts'
export { parsePolicy, parsePolicyText } from './policy/parse-policy.ts'
export { refusal } from './policy/refusal.ts'
