import { describe, test } from 'vitest'
import { OPERATIONS } from '../../../scripts/conformance-table.mjs'
import type { Credential } from '../../../src/sign/signer.ts'
import { CREDENTIAL, type Ground } from './ground.ts'
import { list } from './list-steps.ts'
import type { ObjectClient } from './object-client.ts'
import { append, copy, deleteMany, get, head, put, range } from './object-steps.ts'
import { acl, symlink, tagging } from './property-steps.ts'
import { type OperationName, reasonOf, record } from './results.ts'
import { formPost, presignedGet, presignedPut, sts } from './signed-steps.ts'
import type { Steps } from './steps.ts'
import { multipart } from './upload-steps.ts'

const STEPS: Readonly<Record<OperationName, Steps>> = {
  put,
  get,
  range,
  head,
  list,
  copy,
  'delete many': deleteMany,
  append,
  multipart,
  tagging,
  ACL: acl,
  symlink,
  'form post': formPost,
  'presigned get': presignedGet,
  'presigned put': presignedPut,
  STS: sts,
}

/** A client in one of its settings. */
export interface TestedClient {
  /** As the table of results names it. */
  readonly name: string
  connect(credential: Credential): Promise<ObjectClient>
  /** The operations it has no means for. */
  readonly lacks?: Partial<Readonly<Record<OperationName, Lack>>>
}

export interface Lack {
  readonly why: string
  /** Throws unless it is so. */
  proof(client: ObjectClient): Promise<void>
}

/** One test for each operation; each leaves a result. */
export function testClient({ name: client, connect, lacks = {} }: TestedClient, ground: () => Ground): void {
  const runs = (operation: OperationName) => lacks[operation] === undefined
  const tryOut = async (operation: OperationName) => {
    const connected = await connect(CREDENTIAL)
    if (runs(operation)) await STEPS[operation]({ client: connected, ground: ground(), as: connect, runs })
    else await lacks[operation]?.proof(connected)
  }
  describe(client, () => {
    test.each(OPERATIONS)('%s', async (operation) => {
      try {
        await tryOut(operation)
      } catch (error) {
        record({ client, operation, result: 'failed', why: reasonOf(error) })
        throw error
      }
      const why = lacks[operation]?.why
      record({ client, operation, ...(why === undefined ? { result: 'passed' } : { result: 'not run', why }) })
    })
  })
}
