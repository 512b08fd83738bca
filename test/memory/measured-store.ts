import { fork } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

export const BUCKET = 'measured'
export const CREDENTIAL = { accessKeyId: 'measured-key', accessKeySecret: 'measured-secret' } as const
export const REGION = 'cn-hangzhou'

/** A store in a process of its own, whose memory is watched. */
export interface MeasuredStore {
  readonly port: number
  /** The most bytes that were resident at any moment since the store was warm, less what were then. */
  growth(): Promise<number>
}

export async function measuredStore(): Promise<MeasuredStore> {
  const child = fork(new URL('./store-process.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  onTestFinished(async () => {
    const ended = once(child, 'exit')
    if (child.kill()) await ended
  })
  const [port] = await once(child, 'message')
  return {
    port: Number(port),
    growth: async () => {
      child.send('growth')
      const [bytes] = await once(child, 'message')
      return Number(bytes)
    },
  }
}
