/**
 * The fields of a multipart/form-data body that was written down as text, by a browser's network panel for example; the
 * file, and what follows it, is left out. `undefined` where the body is none.
 */
export function bodyFields(contentType: string | undefined, body: string): ReadonlyMap<string, string> | undefined {
  if (!/^multipart\/form-data/i.test(contentType ?? '')) return undefined
  const [delimiter] = body.split(/\r?\n/, 1)
  if (!delimiter?.startsWith('--')) return undefined
  const fields = new Map<string, string>()
  for (const entry of body.split(delimiter).slice(1)) {
    const [, head = '', value = ''] = /^\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*?)(?:\r?\n)?$/.exec(entry) ?? []
    const name = /;\s*name="([^"]*)"/i.exec(head)?.[1]?.toLowerCase()
    if (name === 'file') break
    if (name !== undefined) fields.set(name, value)
  }
  return fields
}
