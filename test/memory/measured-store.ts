import { fork } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'

export const BUCKET = 'measured'
export const CREDENTIAL = { accessKeyId: 'measured-key', accessKeySecret: 'measured-secret' } as const
export const REGION = 'cn-hangzhou'

/** The keys of a store that is filled when it starts, in their order. */
export function filledKey(at: number): string {
  return `a-key-of-some-length/${String(at).padStart(6, '0')}`
}

/** A store in a process of its own, whose memory is watched. */
export interface MeasuredStore {
  readonly port: number
  /** The most bytes that were resident at any moment since the store was warm, less what were then. */
  growth(): Promise<number>
}

/** @param objects how many there are in it already */
export async function measuredStore(objects = 0): Promise<MeasuredStore> {
  const script = new URL('./store-process.ts', import.meta.url)
  const child = fork(script, [String(objects)], { execArgv: ['--import', 'tsx'] })
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
