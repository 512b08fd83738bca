/** Keys or policies that are not as they must be, in one sentence that says where and what to do. Never holds a secret. */
export class KeysError extends Error {
  override readonly name = 'KeysError'
}
