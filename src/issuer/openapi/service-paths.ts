import type { IssuerFacts } from './facts.ts'
import { address, type Describe, type Operation, textAnswer } from './operation.ts'
import { ENDING } from './problems.ts'
import { ref } from './schema.ts'

const CALLBACK: Operation = {
  id: 'callback',
  tag: 'Service',
  summary: 'The storage tells of an upload',
  description: 'For the storage alone: signed by it, with a body that the form said.',
  isOpen: true,
  parameters: ['authorization', 'x-oss-pub-key-url'].map((name) => ({
    name,
    in: 'header',
    required: true,
    schema: { type: 'string' },
  })),
  answer: ref('ApplicationAnswer'),
  refusals: [
    ...ENDING,
    'callback-malformed',
    'callback-unverified',
    'callback-key-unreachable',
    'upload-token-invalid',
    'upload-token-expired',
    'internal-error',
  ],
}

const HEALTHZ: Operation = {
  id: 'healthz',
  tag: 'Service',
  summary: 'Alive, and able to answer',
  isOpen: true,
  answer: textAnswer('text/plain', { const: 'ok\n' }),
  refusals: [],
}

function metrics({ metricsNeedToken }: IssuerFacts): Operation {
  return {
    id: 'metrics',
    tag: 'Service',
    summary: 'Figures for Prometheus',
    ...(metricsNeedToken ? {} : { isOpen: true }),
    answer: textAnswer('text/plain', { type: 'string' }),
    refusals: metricsNeedToken ? ['caller-unknown'] : [],
  }
}

const OPENAPI: Operation = {
  id: 'openapi',
  tag: 'Service',
  summary: 'This description',
  isOpen: true,
  answer: { type: 'object' },
  refusals: [],
}

const PAGE: Operation = {
  id: 'page',
  tag: 'Service',
  summary: 'The upload page',
  isOpen: true,
  answer: textAnswer('text/html', { type: 'string' }),
  refusals: [],
}

export const SERVICE_ADDRESSES: readonly (readonly [string, Describe])[] = [
  address('/callback', { post: CALLBACK }),
  address('/healthz', { get: HEALTHZ }),
  ['/metrics', (facts) => ({ '/metrics': { get: metrics(facts) } })],
  address('/openapi.json', { get: OPENAPI }),
  address('/', { get: PAGE }),
]
