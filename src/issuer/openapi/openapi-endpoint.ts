import { jsonText } from '../answers.ts'
import type { Endpoint } from '../handler.ts'
import { openApiDocument } from './document.ts'
import { type DescribedOptions, factsOf } from './facts.ts'

/**
 * `GET /openapi.json`. It is written when somebody asks first, and is the same from then on.
 *
 * @param addresses those of the table of endpoints, without the base path
 */
export function openApiEndpoint(options: DescribedOptions, addresses: () => Iterable<string>): Endpoint {
  let text: string | undefined
  return () => {
    text ??= JSON.stringify(openApiDocument(addresses(), factsOf(options)))
    return jsonText(text)
  }
}
