import type { Comparison } from '../debug/comparison.ts'
import type { DebugReport } from '../debug/debug.ts'
import { markDifference, visible } from '../debug/difference.ts'
import type { Rebuilt } from '../debug/rebuilt.ts'

/** For people: what it is, the text that must be signed, where two texts differ, and what usually makes it so. */
export function debugText(report: DebugReport): string[] {
  const { rebuilt, comparisons, verdict, causes } = report
  return [
    ...(rebuilt === undefined ? ['There is no text to compare.'] : rebuiltText(rebuilt)),
    ...comparisons.flatMap(comparisonText),
    ...(verdict === undefined ? [] : ['', verdict.isRight ? RIGHT : WRONG]),
    '',
    ...(causes.length === 0 ? [nothingFound(report)] : ['Likely:']),
    ...causes.flatMap(({ code, sentence, fix }) => [`  ${sentence} (${code})`, `    Fix: ${fix}`]),
  ]
}

/** For programs. A token stands in no member of its own, and of a difference there is what is around it. */
export function debugJson({ rebuilt, comparisons, verdict, causes }: DebugReport): string[] {
  const result = {
    ...(rebuilt === undefined ? {} : { request: requestJson(rebuilt) }),
    comparisons: comparisons.map(({ what, names, difference }) => ({
      what,
      names,
      isSame: difference === undefined,
      ...(difference === undefined
        ? {}
        : { line: difference.line, column: difference.column, marked: markDifference(difference, names) }),
    })),
    ...(verdict === undefined ? {} : { signatureIsRight: verdict.isRight }),
    causes,
  }
  return JSON.stringify(result, undefined, 2).split('\n')
}

/** The string to sign of a form is its field "policy", which may be long. */
function requestJson({ by, scheme, accessKeyId, scope, canonicalRequest, stringToSign }: Rebuilt) {
  return { by, scheme, accessKeyId, scope, canonicalRequest, ...(by === 'form' ? {} : { stringToSign }) }
}

function rebuiltText({ by, scheme, accessKeyId, scope, canonicalRequest, stringToSign }: Rebuilt): string[] {
  const text = canonicalRequest ?? stringToSign
  const what = canonicalRequest === undefined ? 'String to sign' : 'Canonical request'
  return [
    `${WHAT[by]}, ${scheme}, signed by ${accessKeyId === '' ? 'nobody that it names' : accessKeyId}.`,
    ...(scope === undefined ? [] : [`Scope: ${scope}`]),
    '',
    `${what}:`,
    ...text.split('\n').map((line) => `  ${shortened(visible(line))}`),
    ...(canonicalRequest === undefined
      ? []
      : ['', 'String to sign:', ...stringToSign.split('\n').map((line) => `  ${visible(line)}`)]),
  ]
}

function comparisonText({ what, names, difference }: Comparison): string[] {
  const [, theirs] = names
  const other = theirs === 'store' ? 'the store used' : 'your code signed'
  if (difference === undefined) return ['', `The ${what} is the one that ${other}.`]
  return [
    '',
    `The ${what} is not the one that ${other}. They first differ in line ${difference.line}, column ${difference.column}:`,
    ...markDifference(difference, names).map((line) => `  ${line}`),
  ]
}

function nothingFound({ verdict, rebuilt }: DebugReport): string {
  if (verdict?.isRight)
    return 'Nothing wrong was found: the same form or request may be accepted by a store that knows this key.'
  if (rebuilt === undefined) return 'The answer holds no text that was signed. Give the request too.'
  return 'Nothing wrong is to be seen. Give the secret, the error of the store (--answer), or the text that your code signed (--signed).'
}

function shortened(line: string): string {
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}… (${line.length} characters)`
}

const MAX_SHOWN = 160
const WHAT = { form: 'An upload form', header: 'A request signed in its header', url: 'A presigned URL' } as const
const RIGHT = 'The signature is right: this secret made it of this text.'
const WRONG = 'The signature is not the one that this secret makes of this text.'
