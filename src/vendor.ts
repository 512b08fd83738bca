/**
 * Door `postern/vendor`: for issuers that answer as the vendor's sample servers do.
 *
 * @module
 */
export { requestSignature } from './vendor/request-signature.ts'
