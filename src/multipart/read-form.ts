import { PosternError } from '../base/known-errors.ts'
import { FORM_LIMITS, type FormLimits } from '../base/limits.ts'
import type { Entry } from './entry.ts'
import { checkFileEntry } from './file-entry.ts'
import { readText } from './read-text.ts'
import { shown } from './shown.ts'

/** A form as it arrived: the fields before the file, and the file, unread. */
export interface ReceivedForm {
  /** By name in lower case. */
  readonly fields: ReadonlyMap<string, string>
  readonly file: Entry
  /** The first entry, the file included, whose headers do not begin with Content-Disposition. S3 takes it, OSS does not. */
  readonly misordered: Entry | undefined
  /** After the file's content was read: reads and judges the rest. Until it resolves, the form is not known to be whole. */
  finish(): Promise<void>
}

export interface ReadFormOptions {
  /** `oss`, unless said otherwise. Who learns it from the fields reads as `s3`, then asks `checkFileEntry`. */
  readonly dialect?: 'oss' | 's3'
  /** Whether a field after the file is refused instead of ignored. @see docs/spec/post-object.md section 2.1 */
  readonly strict?: boolean
}

/**
 * Reads the entries before the file into memory, and stops at the file's first byte.
 *
 * @see docs/spec/post-object.md section 2
 */
export async function readForm(
  entries: AsyncIterable<Entry>,
  limits: Partial<FormLimits> = {},
  { dialect = 'oss', strict = false }: ReadFormOptions = {},
): Promise<ReceivedForm> {
  const iterator = entries[Symbol.asyncIterator]() // by hand: leaving a `for await` would close the body
  try {
    const form = await readFields(iterator, { ...FORM_LIMITS, ...limits })
    if (dialect === 'oss') await checkFileEntry(form.file, form.misordered)
    return { ...form, finish: () => readRest(iterator, strict) }
  } catch (error) {
    await iterator.return?.()
    throw error
  }
}

async function readFields(iterator: AsyncIterator<Entry>, limits: FormLimits): Promise<Omit<ReceivedForm, 'finish'>> {
  const fields = new Map<string, string>()
  let left = limits.maxFieldsBytes
  let misordered: Entry | undefined
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
    const entry = step.value
    const name = fieldName(entry, limits.maxFieldNameBytes)
    misordered ??= beginsWithDisposition(entry) ? undefined : entry
    if (name === 'file') return { fields, file: entry, misordered }
    if (fields.has(name))
      throw new PosternError('field-repeated', `The field ${shown(name)} occurs twice. Send it once.`)
    const value = await readValue(entry, left, limits)
    fields.set(name, value.text)
    left -= value.bytes
  }
  throw new PosternError('file-missing', 'This form has no entry named "file".')
}

function beginsWithDisposition(entry: Entry): boolean {
  const [first] = entry.headers.keys()
  return first === 'content-disposition'
}

/** A field's name as we look it up: docs/spec/post-object.md section 3. */
function fieldName(entry: Entry, maxBytes: number): string {
  const bytes = Buffer.byteLength(entry.name)
  if (bytes <= maxBytes) return lowerCase(entry.name)
  const facts = { MaxSizeAllowed: String(maxBytes), ProposedSize: String(bytes) }
  throw new PosternError('field-name-too-long', `It has ${bytes} bytes; ${maxBytes} are allowed.`, facts)
}

function readValue(entry: Entry, left: number, limits: FormLimits): Promise<{ text: string; bytes: number }> {
  if (left < limits.maxFieldBytes) {
    return readText(entry, left, () => {
      const allowed = `All their values together may have ${limits.maxFieldsBytes} bytes.`
      return new PosternError('fields-too-large', allowed, { MaxSizeAllowed: String(limits.maxFieldsBytes) })
    })
  }
  return readText(entry, limits.maxFieldBytes, () => {
    const allowed = `The value of ${shown(entry.name)} may have ${limits.maxFieldBytes} bytes.`
    return new PosternError('field-too-long', allowed, { MaxSizeAllowed: String(limits.maxFieldBytes) })
  })
}

async function readRest(iterator: AsyncIterator<Entry>, strict: boolean): Promise<void> {
  try {
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
      const { name } = step.value
      if (lowerCase(name) === 'file') throw new PosternError('file-repeated', 'This form has two entries named "file".')
      if (strict) throw new PosternError('field-after-file', `Send the field ${shown(name)} before the file.`)
    }
  } catch (error) {
    await iterator.return?.()
    throw error
  }
}

/** Only ASCII: `toLowerCase` would turn the Kelvin sign of `\u212Aey` into a letter, and so another name into `key`. */
function lowerCase(name: string): string {
  let lower = ''
  for (const character of name) lower += character >= 'A' && character <= 'Z' ? character.toLowerCase() : character
  return lower
}
