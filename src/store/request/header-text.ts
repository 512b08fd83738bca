/** Headers carry bytes, which Node shows as Latin-1; our texts are Unicode. This pair stands between the two. */

/** A header as it came → the text it stands for: its bytes as UTF-8, or as they are where they are not UTF-8. */
export function headerText(value: string): string {
  if (isAscii(value)) return value
  const text = Buffer.from(value, 'latin1').toString('utf8')
  return text.includes('\uFFFD') ? value : text
}

/** Texts → headers as they are sent: UTF-8 in bytes. */
export function headerBytes(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [name, isAscii(value) ? value : toBytes(value)]))
}

/** Whether a text may stand in a header: a control character would end the line, and begin a header of the sender's own. */
export function isHeaderText(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return false
  }
  return true
}

function toBytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}

function isAscii(value: string): boolean {
  for (let at = 0; at < value.length; at++) if (value.charCodeAt(at) > 0x7e) return false
  return true
}
