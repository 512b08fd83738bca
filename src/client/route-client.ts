import type { UploadedObject } from './read-response.ts'
import type { NamedBlob } from './send-form.ts'
import { type UploadOptions, upload } from './upload.ts'

/** Uploads a file to a route by its name. */
export type RouteClient<Names extends string> = (
  route: Names,
  file: NamedBlob,
  options?: Omit<UploadOptions, 'route'>,
) => Promise<UploadedObject>

/**
 * Uploads to the routes of one issuer, whose names the compiler knows. `options` hold for every upload.
 *
 * @example
 * import type { RouteNames } from 'postern/issuer'
 * import type config from './postern.config.ts'
 *
 * const uploadTo = routeClient<RouteNames<typeof config>>('https://app.example')
 * await uploadTo('avatars', file)
 *
 * @see docs/guide/inside-an-application.md
 */
export function routeClient<Names extends string>(issuer: string, options: UploadOptions = {}): RouteClient<Names> {
  return (route, file, more) => upload(issuer, file, { ...options, ...more, route })
}
