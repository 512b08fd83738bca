/** A file of made-up content, the same in a page and in a test. */
export interface MadeUp {
  readonly name: string
  readonly type: string
  readonly bytes: number
}

/** Bytes that tell where they stand and of which file they are, so that any in another's place are noticed. */
export function madeUpBytes({ name, bytes }: MadeUp): Uint8Array<ArrayBuffer> {
  let seed = 0
  for (const character of name) seed = Math.imul(seed, 31) + character.charCodeAt(0)
  const numbers = new Uint32Array(Math.ceil(bytes / 4))
  for (let at = 0; at < numbers.length; at++) numbers[at] = Math.imul(at, 2_654_435_761) + seed
  return new Uint8Array(numbers.buffer, 0, bytes)
}
