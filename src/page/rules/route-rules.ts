/** What a route takes, as the issuer tells it before a file is chosen. What it leaves out has no rule. */
export interface RouteRules {
  /** Bytes. */
  readonly minSize: number
  readonly maxSize: number
  /** `image/*`, `application/pdf`; absent: every type but those that a browser runs. */
  readonly types?: readonly string[]
}

/** Reads an answer of `GET /uploads`; `undefined` where it is none: the page then says nothing, rather than something wrong. */
export function parseRouteRules(value: unknown): RouteRules | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const members = new Map<string, unknown>(Object.entries(value))
  const [minSize, types] = [members.get('minSize'), members.get('types')]
  // What is larger than a form can carry goes in parts, where the route has them.
  const maxSize =
    members.get('parts') === true ? members.get('maxSize') : (members.get('maxFormSize') ?? members.get('maxSize'))
  if (!isSize(minSize) || !isSize(maxSize)) return undefined
  return { minSize, maxSize, ...(isTexts(types) && types.length > 0 ? { types } : {}) }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string')
}
