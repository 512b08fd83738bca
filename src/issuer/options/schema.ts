import * as v from 'valibot'
import { nearest } from '../../base/nearest.ts'
import { bytesOf, lifetimeText, secondsOf, sizeText } from '../../base/units.ts'
import { type Fault, faultLine, memberPath, OptionsError } from './faults.ts'

/** Why a value will not do, and what to write; `undefined` where it will. */
export type Judge<T> = (value: T) => string | undefined

const NO_OBJECT = 'Write an object, { … }.'

/** An object with these members and no others. A name that is none of them is a fault that says which may be meant. */
export function members<const Entries extends v.ObjectEntries>(entries: Entries) {
  const object = v.object(entries, NO_OBJECT)
  const known = Object.keys(entries)
  return v.lazy((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return v.never(NO_OBJECT)
    const strays = Object.keys(value).filter((name) => !Object.hasOwn(entries, name))
    return strays.length === 0 ? object : v.pipe(object, v.rawCheck(refuse(strays, known)))
  })
}

/** An object with exactly one of these members, which all mean the same kind of thing: what the one that is there says. */
export function choice<T extends object>(
  schemas: Readonly<Record<string, v.GenericSchema<unknown, T>>>,
): v.GenericSchema<unknown, T> {
  const known = Object.keys(schemas)
  const advice = `Write an object with one of ${known.join(', ')}.`
  return v.lazy((value): v.GenericSchema<unknown, T> => {
    const [name, ...others] = typeof value === 'object' && value !== null ? Object.keys(value) : []
    if (name === undefined || others.length > 0) return v.never(advice)
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined
    return schema === undefined ? refused(name, strayAdvice(name, known)) : onlyMember(name, schema)
  })
}

function onlyMember<T extends object>(name: string, schema: v.GenericSchema<unknown, T>) {
  return v.pipe(
    v.object({ [name]: schema }),
    made((object): T => {
      const [only] = Object.values(object)
      if (only === undefined) throw new TypeError('This is missing.')
      return only
    }),
  )
}

/** What is made of a value by a function that checks its own arguments: what it throws about them is the value's fault. */
export function made<Given, Made>(make: (given: Given) => Made) {
  return v.rawTransform<Given, Made>(({ dataset, addIssue, NEVER }) => {
    try {
      return make(dataset.value)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      const messages = error instanceof OptionsError ? error.faults.map(faultLine) : [error.message]
      for (const message of messages) addIssue({ message })
      return NEVER
    }
  })
}

/** The same for a function that only looks: the value stays as it is. */
export function checked<Given>(check: (given: Given) => unknown) {
  return made((given: Given): Given => {
    check(given)
    return given
  })
}

/** Takes nothing: a member of the value will not do. */
export function refused(member: string, message: string): v.GenericSchema<unknown, never> {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, never>(({ addIssue, NEVER }) => {
      addIssue({ message, path: [pathItem(member)] })
      return NEVER
    }),
  )
}

function refuse<T>(strays: readonly string[], known: readonly string[]): (context: v.RawCheckContext<T>) => void {
  return ({ addIssue }) => {
    for (const name of strays) addIssue({ message: strayAdvice(name, known), path: [pathItem(name)] })
  }
}

function strayAdvice(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return `There is no such member. ${near === undefined ? `There are ${known.join(', ')}.` : `Did you mean "${near}"?`}`
}

function pathItem(key: string): v.UnknownPathItem {
  return { type: 'unknown', origin: 'key', input: undefined, key, value: undefined }
}

/** A text that is judged by what it says. */
export function text(judge: Judge<string> = () => undefined) {
  return v.pipe(v.string('Write a text, in quotes.'), judged(judge))
}

/** A list of texts. */
export function texts() {
  return v.array(text(), 'Write a list of texts, [ … ].')
}

/** One of several words. */
export function word<const Words extends readonly string[]>(words: Words) {
  return v.picklist(words, ({ input }) => `${shown(input)} is none of ${words.join(', ')}.`)
}

/** True or false. */
export function flag() {
  return v.boolean('Write true or false.')
}

/** A whole number in bounds. */
export function whole(min: number, max: number) {
  const advice = `Write a whole number from ${min} to ${max}.`
  return v.pipe(v.number(advice), v.integer(advice), v.minValue(min, advice), v.maxValue(max, advice))
}

/** Bytes, as a number or as `'10MB'`. */
export function size(min: number, max: number) {
  return amount(bytesOf, 'Write bytes, or a size such as "500KB", "10MB" or "2GB"', min, max, sizeText)
}

/** Seconds, as a number or as `'15m'`. */
export function lifetime(min: number, max: number) {
  return amount(secondsOf, 'Write seconds, or a time such as "90s", "15m", "2h" or "7d"', min, max, lifetimeText)
}

function amount(
  parse: (text: string) => number | undefined,
  advice: string,
  min: number,
  max: number,
  write: (amount: number) => string,
) {
  return v.pipe(
    v.union([v.number(), v.string()], ({ input }) => `${shown(input)} will not do. ${advice}.`),
    v.rawTransform<string | number, number>(({ dataset, addIssue, NEVER }) => {
      const { value } = dataset
      const parsed = typeof value === 'string' ? parse(value) : value
      if (parsed !== undefined && Number.isSafeInteger(parsed) && parsed >= min && parsed <= max) return parsed
      addIssue({ message: `${shown(value)} will not do. ${advice}, from ${write(min)} to ${write(max)}.` })
      return NEVER
    }),
  )
}

/** A check whose sentence is its judge's. */
export function judged<T>(judge: Judge<T>) {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    const refusal = dataset.typed ? judge(dataset.value) : undefined
    if (refusal !== undefined) addIssue({ message: refusal })
  })
}

/** What valibot found, as faults: where, and the sentence. */
export function faultsOf(issues: readonly v.BaseIssue<unknown>[], path: string): Fault[] {
  return issues.map((issue) => {
    const place = (issue.path ?? []).reduce((before, { key }) => memberPath(before, nameOf(key)), path)
    return isMissing(issue) ? { path: place, sentence: 'This is missing.' } : faultAt(place, issue.message)
  })
}

/** A sentence that says itself where it belongs, `limits.redis: …` or `cors.origins holds …`, is not told so again. */
function faultAt(place: string, message: string): Fault {
  const rest = place !== '' && message.startsWith(place) ? message.slice(place.length) : undefined
  if (rest === undefined) return { path: place, sentence: message }
  const [, below, sentence] = /^((?:[.[][^\s:]*)?): (.*)$/s.exec(rest) ?? []
  if (below !== undefined && sentence !== undefined) return { path: `${place}${below}`, sentence }
  return /^[. [(]/.test(rest) ? { path: '', sentence: message } : { path: place, sentence: message }
}

function nameOf(key: unknown): string | number {
  return typeof key === 'number' ? key : String(key)
}

/** An object says so of a member that it needs. */
function isMissing({ kind, type, path }: v.BaseIssue<unknown>): boolean {
  return kind === 'schema' && type === 'object' && path?.at(-1)?.origin === 'key'
}

/** A value as somebody wrote it, short. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? typeof value).slice(0, 80)
}
