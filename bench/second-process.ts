import { randomBytes } from 'node:crypto'
import { alternate, report } from './alternate.ts'
import { requestsPerSecond } from './connection.ts'
import { wholePut } from './requests.ts'
import { withServers } from './with-servers.ts'

const CONNECTIONS = 32
const SECONDS = 3

/**
 * What a second process of the store could gain at most on this machine: two stores that share nothing, each with half of
 * the clients, beside one store with all of them.
 */
export async function benchSecondProcess(): Promise<void> {
  const file = randomBytes(10 * 1024)
  const puts = Array.from({ length: 10_000 }, () => wholePut(file))
  let next = 0
  const load = (port: number, connections: number): Promise<number> =>
    requestsPerSecond(port, connections, SECONDS, () => puts[next++ % puts.length] ?? file, [200])
  await withServers(['store', 'store'], async (one, other) => {
    const both = async (): Promise<number> => {
      const rates = await Promise.all([one, other].map(({ port }) => load(port, CONNECTIONS / 2)))
      return rates.reduce((sum, rate) => sum + rate, 0)
    }
    const measured = await alternate(5, [
      { name: 'two stores, 16 connections each', round: both },
      { name: 'one store, 32 connections', round: () => load(one.port, CONNECTIONS) },
    ])
    report('PUT of 10 KiB with a second process', 'objects/s', measured, 'over 1.3, else --workers does not pay')
  })
}
