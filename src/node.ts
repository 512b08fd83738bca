/**
 * Door `postern/node`: an issuer inside node:http, Express or Fastify.
 *
 * @packageDocumentation
 */
export { type NodeListener, type NodeListenerOptions, nodeListener } from './http/node-listener.ts'
