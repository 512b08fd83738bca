import { Ajv2020 } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { expect } from 'vitest'
import type { Handler } from '../src/issuer/handler.ts'

/** An issuer whose every answer is held against its own `/openapi.json`. */
export interface CheckedIssuer {
  readonly handler: Handler
  readonly unchecked: Handler
  /** What was answered: `callback 200`, the operation's id and the status. */
  readonly seen: () => readonly string[]
  /** Operations that have not answered 200 yet. */
  readonly unseen: () => readonly string[]
  /** Paths, each with its methods in capitals. */
  readonly described: () => readonly (readonly [path: string, methods: string[]])[]
}

interface OperationObject {
  readonly operationId: string
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
  readonly responses: Readonly<Record<string, ResponseObject>>
}

interface ResponseObject {
  readonly content?: Readonly<Record<string, unknown>>
}

interface Document {
  readonly servers: readonly [{ readonly url: string }]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>
}

export async function checkedIssuer(unchecked: Handler): Promise<CheckedIssuer> {
  const response = await unchecked(new Request('http://app.local/openapi.json'))
  const document: Document = JSON.parse(await response.text())
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ajvFormats.default(ajv)
  ajv.addSchema({ $id: 'https://document.test/', ...closed(document) })
  const seen = new Set<string>()

  async function check(request: Request, response: Response): Promise<void> {
    const { pathname } = new URL(request.url)
    const found = operationAt(document, pathname, request.method)
    if (found === undefined) throw new Error(`${request.method} ${pathname} is described nowhere`)
    const { path, operation } = found
    const { operationId, responses } = operation
    const described = responses[`${response.status}`]
    const body = await response.clone().text()
    const what = `${operationId} ${response.status}`
    if (described === undefined) throw new Error(`${what} is described nowhere: ${body}`)
    const type = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? ''
    expect(Object.keys(described.content ?? {}), what).toContain(type)
    const at = [
      'paths',
      path,
      request.method.toLowerCase(),
      'responses',
      `${response.status}`,
      'content',
      type,
      'schema',
    ]
    const value: unknown = type.endsWith('json') ? JSON.parse(body) : body
    const validate = ajv.compile({ $ref: `https://document.test/#/${at.map(pointer).join('/')}` })
    expect(validate(value) ? [] : validate.errors, `${what}: ${body}`).toEqual([])
    seen.add(what)
  }

  const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
  return {
    unchecked,
    handler: async (request, peer) => {
      const copy = request.clone()
      const response = await unchecked(request, peer)
      await check(copy, response)
      return response
    },
    seen: () => [...seen],
    unseen: () => operations.map(({ operationId }) => operationId).filter((id) => !seen.has(`${id} 200`)),
    described: () =>
      Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item).map((name) => name.toUpperCase())]),
  }
}

/** A path of its own goes before one with pieces in it. */
function operationAt({ paths }: Document, pathname: string, method: string) {
  const matching = Object.keys(paths).filter((path) => patternOf(path).test(pathname))
  const path = matching.toSorted((one, other) => one.split('{').length - other.split('{').length)[0]
  const operation = path === undefined ? undefined : paths[path]?.[method.toLowerCase()]
  return path === undefined || operation === undefined ? undefined : { path, operation }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

function pointer(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
}

/** The same schemas, in which a member that is not described is an error. */
function closed<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(closed) as T
  const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]))
  const isOpen =
    copy['type'] === 'object' && copy['properties'] !== undefined && copy['additionalProperties'] === undefined
  return (isOpen ? { ...copy, additionalProperties: false } : copy) as T
}
