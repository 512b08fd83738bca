import { SignJWT } from 'jose'
import { type Authorize, apiKey, createIssuer, forwardAuth, type IssuerOptions, jwt, oss } from 'postern/issuer'
import { listen } from '../dist/http/listen.js'
import { BUCKET, CREDENTIAL, REGION } from './settings.ts'

const SECRET = 'a secret of thirty-two characters'
const API_KEY = 'bench-api-key-of-thirty-two-characters'

/** Who is asked who uploads. `function` is the application's own code, which knows at once. */
export const AUTHORIZERS = ['function', 'api-key', 'jwt', 'forward-auth'] as const
type Name = (typeof AUTHORIZERS)[number]

/**
 * An issuer with this authorizer, on a port; `forward-auth PORT` asks the application there. `limited`: with limits that are counted and too high to be met, for a thousand users
 * whose forms live a second, so that as many are open as in a service that runs for long.
 */
export async function serveIssuer(setting: string): Promise<number> {
  const storage = oss({ bucket: BUCKET, region: REGION, credential: CREDENTIAL })
  const options: IssuerOptions =
    setting === 'limited' ? { storage, ...LIMITED } : { storage, authorize: authorizer(setting), limits: false }
  return (await listen(createIssuer(options), { port: 0 })).port
}

const LIMITED: Omit<IssuerOptions, 'storage'> = {
  limits: { formsPerMinute: 1e9, formsPerMinutePerAddress: 1e9, bytesPerDay: '1000000GB', openUploads: 100_000 },
  routes: { default: { expiresIn: 1 } },
  authorize: () => ({ id: `user-${nextUser++ % 1000}` }),
}
let nextUser = 0

/** The header that a request to such an issuer carries. */
export async function headerFor(name: Name): Promise<string> {
  if (name === 'api-key') return `Authorization: Bearer ${API_KEY}\r\n`
  if (name !== 'jwt') return 'Cookie: session=0123456789abcdef0123456789abcdef\r\n'
  const token = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject('eva').setExpirationTime('1h')
  return `Authorization: Bearer ${await token.sign(Buffer.from(SECRET))}\r\n`
}

function authorizer(setting: string): Authorize {
  const [name, port] = setting.split(' ')
  switch (name) {
    case 'api-key':
      return apiKey({ keys: [{ name: 'bench', key: API_KEY }] })
    case 'jwt':
      return jwt({ secret: SECRET })
    case 'forward-auth':
      return forwardAuth({ url: `http://127.0.0.1:${port}/who` })
    default:
      return ({ headers }) => (headers.get('cookie') === null ? undefined : { id: 'eva' })
  }
}
