import type { Restrictions } from '@uppy/core'

/** What Uppy itself can say of a file when it is chosen. */
export type RouteRestrictions = Partial<Pick<Restrictions, 'minFileSize' | 'maxFileSize' | 'allowedFileTypes'>>

/**
 * The rules of a route, out of the answer of `GET /uploads`, in Uppy's words. Where it tells none, there are none: the issuer
 * judges every file anyway.
 */
export function readRestrictions(answer: unknown, inParts: boolean): RouteRestrictions {
  if (typeof answer !== 'object' || answer === null) return {}
  const { minSize, maxSize, maxFormSize, parts, types }: Readonly<Record<string, unknown>> = { ...answer }
  const largest = parts === true && inParts ? maxSize : (maxFormSize ?? maxSize)
  return {
    ...(isSize(minSize) && { minFileSize: minSize }),
    ...(isSize(largest) && { maxFileSize: largest }),
    ...(isTexts(types) && types.length > 0 && { allowedFileTypes: types }),
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}

/** What of Uppy is needed here, whatever its files hold. */
interface Restricted {
  readonly opts: { readonly restrictions: Restrictions }
  setOptions(options: { readonly restrictions: RouteRestrictions }): void
}

type Name = keyof RouteRestrictions

/** Sets those that the application has left open; what is given takes them back. */
export function restrict(uppy: Restricted, wanted: RouteRestrictions): () => void {
  const isOpen = (name: Name) => (uppy.opts.restrictions[name] ?? null) === null
  const set = only(wanted, isOpen)
  uppy.setOptions({ restrictions: set })
  return () => {
    const ours = only(set, (name) => uppy.opts.restrictions[name] === set[name])
    const open = Object.fromEntries(Object.keys(ours).map((name) => [name, null]))
    uppy.setOptions({ restrictions: open })
  }
}

function only(
  { minFileSize, maxFileSize, allowedFileTypes }: RouteRestrictions,
  isWanted: (name: Name) => boolean,
): RouteRestrictions {
  return {
    ...(minFileSize !== undefined && isWanted('minFileSize') && { minFileSize }),
    ...(maxFileSize !== undefined && isWanted('maxFileSize') && { maxFileSize }),
    ...(allowedFileTypes !== undefined && isWanted('allowedFileTypes') && { allowedFileTypes }),
  }
}
