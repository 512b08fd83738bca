import type { ErrorCode } from '../../base/errors.ts'
import type { IssuerFacts } from './facts.ts'
import { problems } from './problems.ts'
import type { Schema } from './schema.ts'

/** What one method of an address does. */
export interface Operation {
  readonly id: string
  readonly summary: string
  readonly description?: string
  readonly tag: Tag
  readonly parameters?: readonly object[]
  /** The schema of a JSON body. */
  readonly body?: Schema
  /** The schema of a JSON answer; of anything else, its content. */
  readonly answer: Schema | { readonly content: object; readonly headers?: object }
  readonly headers?: object
  readonly refusals: readonly ErrorCode[]
  /** Nobody is asked who they are. */
  readonly isOpen?: true
}

type Tag = 'Uploads' | 'Large files' | 'Existing front ends' | 'Uppy' | 'Service'

/** Operations by method, below a path as OpenAPI writes it. */
export type PathItem = Readonly<Partial<Record<'get' | 'post' | 'delete', Operation>>>

/** Paths as OpenAPI writes them. */
export type Paths = Readonly<Record<string, PathItem>>

/** What stands behind an address of the table of endpoints; nothing, where no route of this issuer answers there. */
export type Describe = (facts: IssuerFacts) => Paths

/** An address that is the same for every issuer that has it. */
export function address(path: string, item: PathItem): readonly [address: string, describe: Describe] {
  return [path, () => ({ [path]: item })]
}

/** An operation as OpenAPI writes it. */
export function writeOperation(operation: Operation, security: object | undefined): object {
  const { id, summary, description, tag, parameters, body, answer, headers, refusals, isOpen } = operation
  return {
    operationId: id,
    summary,
    ...(description && { description }),
    tags: [tag],
    ...(parameters && { parameters }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      '200': { description: 'Done.', ...(headers && { headers }), content: contentOf(answer) },
      ...problems(...new Set(refusals)),
    },
    ...(isOpen ? { security: [] } : security),
  }
}

function contentOf(answer: Operation['answer']): unknown {
  return 'content' in answer ? answer.content : { 'application/json': { schema: answer } }
}

/** A parameter of the query. */
export function query(name: string, schema: Schema, more: object = {}): object {
  return { name, in: 'query', schema, ...more }
}

/** A piece of the path. */
export function piece(name: string, schema: Schema): object {
  return { name, in: 'path', required: true, schema }
}

/** An answer that is text. */
export function textAnswer(type: string, schema: Schema): Operation['answer'] {
  return { content: { [type]: { schema } } }
}
