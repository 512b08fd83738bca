/**
 * One word of a POSIX shell's command line, whatever is in it.
 *
 * Between single quotes the shell changes nothing, and only a single quote ends them.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
 */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}

const PLAIN = /^[\w@%+:,./-][\w@%+=:,./-]*$/
