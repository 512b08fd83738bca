import { addErrors } from './errors.ts'
import { ISSUER_ERRORS } from './issuer-error-table.ts'

/** The errors with the rows that only an issuer writes as well: what its modules import. */
export { errorRow, PosternError } from './known-errors.ts'

addErrors(ISSUER_ERRORS)
