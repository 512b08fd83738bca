/**
 * The names of a configuration's routes, for a client that may ask for no others. `default` where it names none.
 *
 * @example
 * type Names = RouteNames<typeof config> // 'avatars' | 'reports'
 */
export type RouteNames<Config extends { readonly routes?: object }> = Config extends { readonly routes: infer Routes }
  ? Extract<keyof Routes, string>
  : 'default'
