/** A member that holds a secret, and a text as its value rather than where the text is kept. */
const WRITTEN = /\b(accessKeySecret|securityToken|tokenSecret|secret|token)["']?\s*:\s*\[?\s*["'`][^"'`\s]/
/** An API key: at least as long as one must be, and no template of a route's keys. */
const WRITTEN_KEY = /\b(key)["']?\s*:\s*["'`][^"'`\s$]{32,}["'`]/
/** An address with a password in it. */
const WRITTEN_PASSWORD = /\b(redis)["']?\s*:\s*["'`]rediss?:\/\/[^/"'`\s]*:[^/"'`\s]+@/

/** A secret that a configuration's own text holds: whoever reads the file has it. */
export interface WrittenSecret {
  /** Lines begin with 1. */
  readonly line: number
  readonly member: string
}

/** Looks at the text alone, line by line, because a module hides where its values come from. */
export function writtenSecrets(text: string): WrittenSecret[] {
  return text.split('\n').flatMap((line, index) => {
    const [, member] = WRITTEN.exec(line) ?? WRITTEN_KEY.exec(line) ?? WRITTEN_PASSWORD.exec(line) ?? []
    return member === undefined ? [] : [{ line: index + 1, member }]
  })
}
