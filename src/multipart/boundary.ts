import { PosternError } from '../base/known-errors.ts'
import { FORM_LIMITS } from '../base/limits.ts'
import { parseParameters } from './parameters.ts'
import { shown } from './shown.ts'

/**
 * The boundary that a request's Content-Type names.
 *
 * @see docs/spec/form-hazards.md section 2, rows 8 and 9
 */
export function parseBoundary(contentType: string | undefined): string {
  const [type, parameters] = splitType(contentType ?? '')
  if (type !== 'multipart/form-data') {
    throw new PosternError(
      'form-not-multipart',
      `The Content-Type of this request is ${contentType === undefined ? 'absent' : shown(contentType)}.`,
    )
  }
  const read = parseParameters(parameters)
  if (typeof read === 'string') throw new PosternError('form-malformed', `The Content-Type cannot be read: ${read}.`)
  const boundary = read.get('boundary')
  if (boundary === undefined) throw new PosternError('form-malformed', 'The Content-Type names no boundary.')
  if (!isBoundary(boundary)) {
    const allowed = `1 to ${FORM_LIMITS.maxBoundaryBytes} letters, digits, spaces and '()+_,-./:=?, the last no space`
    throw new PosternError('form-malformed', `The boundary of the Content-Type is not ${allowed}.`)
  }
  return boundary
}

/** Whether a text can be a boundary. @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1 */
export function isBoundary(text: string): boolean {
  if (text.length === 0 || text.length > FORM_LIMITS.maxBoundaryBytes || text.endsWith(' ')) return false
  return [...text].every((character) => BOUNDARY_CHARACTERS.has(character))
}

function splitType(contentType: string): [type: string, parameters: string] {
  const semicolon = contentType.indexOf(';')
  if (semicolon === -1) return [contentType.trim().toLowerCase(), '']
  return [contentType.slice(0, semicolon).trim().toLowerCase(), contentType.slice(semicolon)]
}

const BOUNDARY_CHARACTERS = new Set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ")
