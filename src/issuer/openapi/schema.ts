/** A JSON Schema of 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>

/** An object with these members; a name that ends in `?` may be absent. */
export function object(members: Readonly<Record<string, Schema>>, more: Schema = {}): Schema {
  const entries = Object.entries(members).map(([name, schema]) => [name.replace(/\?$/, ''), schema] as const)
  const required = Object.keys(members).filter((name) => !name.endsWith('?'))
  return {
    type: 'object',
    properties: Object.fromEntries(entries),
    ...(required.length > 0 && { required }),
    ...more,
  }
}

/** A body that the issuer is sent: a member that it does not know is refused. */
export function request(members: Readonly<Record<string, Schema>>): Schema {
  return object(members, { additionalProperties: false })
}

/** Names that nobody lists, each with a text. */
export function texts(description: string): Schema {
  return { type: 'object', additionalProperties: { type: 'string' }, description }
}

export function text(description: string, more: Schema = {}): Schema {
  return { type: 'string', description, ...more }
}

export function integer(description: string, more: Schema = {}): Schema {
  return { type: 'integer', description, ...more }
}

export function list(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more }
}

/** One of `components.schemas`. */
export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}

/** ISO 8601, as JavaScript writes it. */
export function instant(description: string): Schema {
  return text(description, { format: 'date-time' })
}
