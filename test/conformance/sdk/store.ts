import { openStore } from '../../../src/store/open-store.ts'

/** A store in a process of its own for clients in other languages, with a key pair and a temporary credential of the runner's. */

const { env } = process
const store = await openStore({
  region: needed('CONFORMANCE_REGION'),
  domains: ['oss.test'],
  credentials: [
    { accessKeyId: needed('OSS_ACCESS_KEY_ID'), accessKeySecret: needed('OSS_ACCESS_KEY_SECRET') },
    {
      accessKeyId: needed('CONFORMANCE_STS_ACCESS_KEY_ID'),
      accessKeySecret: needed('CONFORMANCE_STS_ACCESS_KEY_SECRET'),
      securityToken: needed('CONFORMANCE_STS_SECURITY_TOKEN'),
    },
  ],
})
process.once('disconnect', () => void store.close())
const { url } = await store.listen()
process.send?.(url)

function needed(name: string): string {
  const value = env[name]
  if (value === undefined) throw new Error(`${name} is not set; scripts/conformance.mjs sets it.`)
  return value
}
