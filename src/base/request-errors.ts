import { addErrors } from './errors.ts'
import { REQUEST_ERRORS } from './request-error-table.ts'
import { STS_ERRORS } from './sts-error-table.ts'

/** The errors with every row: what a store imports. `errors.ts` alone has what a browser may meet, and is what it downloads. */
export { errorRow, PosternError } from './errors.ts'

addErrors(REQUEST_ERRORS)
addErrors(STS_ERRORS)
