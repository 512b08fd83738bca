import { jsonResponse } from './answers.ts'
import type { IssuerContext } from './context.ts'
import { inOneRequest } from './grant.ts'
import { haveHeaders } from './object-headers.ts'
import { routeOf } from './signature.ts'

/**
 * `GET /uploads`: what this caller may upload on a route, for a page to say before somebody chooses a file. The issuer judges
 * each file all the same. Nothing is let in by it, so it counts as no upload; of where files go it says nothing.
 */
export async function uploadRules(
  { admitAgain, storage, callback }: IssuerContext,
  request: Request,
  query: string | undefined,
): Promise<Response> {
  const { rules } = await admitAgain(request, routeOf(query))
  const { name, minSize, maxSize, types, expiresInSeconds, fields, toldMeta } = rules
  return jsonResponse({
    route: name,
    minSize,
    maxSize,
    maxFormSize: inOneRequest(maxSize),
    ...(types.patterns !== undefined && { types: types.patterns }),
    expiresInSeconds,
    parts: haveHeaders(fields, storage),
    callback: callback !== undefined && rules.callback,
    ...(toldMeta !== undefined && { meta: toldMeta }),
  })
}
