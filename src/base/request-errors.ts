import { addErrors } from './errors.ts'
import { REQUEST_ERRORS } from './request-error-table.ts'
import { STS_ERRORS } from './sts-error-table.ts'

/** The errors with the rows that only a store writes as well: what its modules import. */
export { errorRow, PosternError } from './known-errors.ts'

addErrors(REQUEST_ERRORS)
addErrors(STS_ERRORS)
