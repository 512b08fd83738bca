import * as v from 'valibot'

/** Ours; they travel in every token of the route. */
const MAX_VARIABLES_BYTES = 1024

/** What a route tells the application with each upload. */
export const VariablesSchema = v.pipe(
  v.record(
    v.pipe(v.string(), v.regex(/^[A-Za-z][\w-]{0,63}$/, 'This is no name of a variable.')),
    v.string('Write a text, in quotes.'),
    'Write an object, { … }.',
  ),
  v.check(
    (variables) => Buffer.byteLength(JSON.stringify(variables)) <= MAX_VARIABLES_BYTES,
    `They are over ${MAX_VARIABLES_BYTES} bytes in all.`,
  ),
)
