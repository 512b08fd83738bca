import type { UploadForm } from '../form/upload-form.ts'
import { shellWord } from './shell.ts'

/**
 * The command that sends a file with a form, ready to paste into a shell.
 *
 * Fields go as `--form-string`, which reads nothing into a leading `@` or `<`; `-i` shows what the store answered.
 */
export function curlCommand(form: UploadForm, file: { readonly path: string; readonly type?: string }): string {
  const words = ['curl', '-sSi']
  for (const [name, value] of Object.entries(form.fields)) words.push('--form-string', `${name}=${value}`)
  const type = file.type === undefined ? '' : `;type=${file.type}`
  words.push('--form', `file=@${curlPath(file.path)}${type}`, form.url) // last: the store ignores every field after it
  return words.map(shellWord).join(' ')
}

/** curl reads `,` and `;` in a path as its own, unless the path is quoted; `@-` would be its standard input. */
function curlPath(path: string): string {
  const named = path === '-' ? './-' : path
  return `"${named.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
