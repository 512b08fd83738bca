import type { Describe } from './operation.ts'
import { SERVICE_ADDRESSES } from './service-paths.ts'
import { UPLOAD_ADDRESSES } from './upload-paths.ts'
import { UPPY_ADDRESSES } from './uppy-paths.ts'
import { VENDOR_ADDRESSES } from './vendor-paths.ts'

/** What stands behind each address of the table of endpoints. */
export const ADDRESSES: ReadonlyMap<string, Describe> = new Map([
  ...UPLOAD_ADDRESSES,
  ...VENDOR_ADDRESSES,
  ...UPPY_ADDRESSES,
  ...SERVICE_ADDRESSES,
])
