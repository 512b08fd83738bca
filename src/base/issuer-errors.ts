import { addErrors } from './errors.ts'
import { ISSUER_ERRORS } from './issuer-error-table.ts'

/** The errors with the rows that only an issuer writes: what its modules import. See `request-errors.ts`. */
export { errorRow, PosternError } from './errors.ts'

addErrors(ISSUER_ERRORS)
