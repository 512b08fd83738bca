/**
 * Says in an answer when it was given, by the issuer's clock: a client counts from it until a form ends, because its own clock
 * may be hours off. Servers add a `Date` of their own where there is none; a test and an edge runtime may not.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 */
export function createStampDate(now: () => Date = () => new Date()): (response: Response) => Response {
  let second = Number.NaN
  let text = ''
  return (response) => {
    if (response.headers.has('date')) return response
    const at = now()
    const current = Math.floor(at.getTime() / 1000)
    if (current !== second) {
      second = current
      text = at.toUTCString()
    }
    response.headers.set('date', text)
    return response
  }
}
