import { ERRORS } from './error-table.ts'
import { addErrors } from './errors.ts'

/**
 * The errors with the rows of forms, policies and stores: what every module imports that no browser downloads. A browser's
 * modules import `errors.ts`, which has no row at all.
 */
export { type ErrorCode, errorRow, type Facts, PosternError } from './errors.ts'

addErrors(ERRORS)
