/** Text of the peer's, short enough for an error's detail. */
export function shown(text: string): string {
  return `"${text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text}"`
}

const MAX_CHARACTERS = 60
