declare global {
  interface Window {
    /** Absent in a browser that has no trusted types, and in TypeScript's own types. The trusted URL stands where a text does. */
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { readonly createScriptURL: (url: string) => string },
      ): { createScriptURL(url: string): string }
    }
  }
}

/** A policy's name is taken once, so this is made once. */
const policy = window.trustedTypes?.createPolicy('postern-worker', { createScriptURL: ownOrigin })

/** The one text that the page lets become code: the address of a worker of its own origin. */
export function trustedWorkerUrl(url: string): string {
  return policy?.createScriptURL(url) ?? ownOrigin(url)
}

function ownOrigin(url: string): string {
  if (new URL(url).origin === location.origin) return url
  throw new TypeError(`A worker comes from ${location.origin} only, not from ${url}.`)
}
