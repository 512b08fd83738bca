/** What is asked for here is a name, a token or four texts. */
const MAX_ANSWER_BYTES = 64 * 1024

/** A small answer as text; throws where it goes on for longer than anything that was asked for. */
export async function readAnswer(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new Error(`its answer is over ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** JSON → an object's members, or none of them where it is no object. */
export function readMembers(text: string): ReadonlyMap<string, unknown> {
  try {
    return membersOf(JSON.parse(text))
  } catch {
    return new Map()
  }
}

export function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : [])
}
