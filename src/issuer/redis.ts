import type { Redis as Client } from 'ioredis'

export type RedisClient = Client

/** A Redis that may be away: reached for when it is first needed, and left alone for a moment after each failure. */
export interface Redis {
  /** Throws what went wrong; at once while Redis is left alone. */
  readonly use: <T>(work: (client: Client) => Promise<T>) => Promise<T>
}

/** Ours: limits are not worth waiting longer for. */
const CONNECT_TIMEOUT_MS = 1000
const COMMAND_TIMEOUT_MS = 1000
const LEFT_ALONE_MS = 2000

/**
 * @param url `redis://user:password@host:6379/0`, or `rediss://` over TLS
 *
 * The library is loaded with the first use, so that nobody without Redis pays for it. An idle connection does not keep the
 * process alive, and nothing reconnects by itself: there is nothing to close.
 */
export function createRedis(url: string): Redis {
  checkUrl(url)
  let client: Promise<Client> | undefined
  let opening: Promise<void> | undefined
  let failure: { readonly error: unknown; readonly at: number } | undefined

  async function ready(): Promise<Client> {
    client ??= createClient(url)
    const redis = await client
    if (redis.status === 'ready') return redis
    opening ??= redis.connect().finally(() => {
      opening = undefined
    })
    await opening
    return redis
  }

  return {
    async use(work) {
      if (failure !== undefined && performance.now() - failure.at < LEFT_ALONE_MS) throw failure.error
      try {
        return await work(await ready())
      } catch (error) {
        failure = { error, at: performance.now() }
        throw error
      }
    },
  }
}

async function createClient(url: string): Promise<Client> {
  const { Redis } = await import('ioredis')
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
  })
  client.on('error', () => {}) // whoever uses it is told; without a listener it is printed
  client.on('ready', () => client.stream.unref())
  return client
}

function checkUrl(url: string): void {
  const isRedis = URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)
  if (!isRedis) throw new TypeError('The address of Redis must be written as "redis://host:6379" or "rediss://…".')
}
