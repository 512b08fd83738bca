/** Whether a bucket may have this name: 3 to 63 of `a-z 0-9 -`, a letter or digit at both ends. @see docs/spec/object-api.md section 3 */
export function isBucketName(name: string): boolean {
  if (name.length < 3 || name.length > 63 || name.startsWith('-') || name.endsWith('-')) return false
  for (const character of name) if (!BUCKET_CHARACTERS.has(character)) return false
  return true
}

const BUCKET_CHARACTERS = new Set('abcdefghijklmnopqrstuvwxyz0123456789-')
