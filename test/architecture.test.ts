import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'

/** Who may import whom. A folder not named on the right does not exist for the folder on the left. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  policy: ['base'],
  form: ['base', 'policy'],
  sign: ['base', 'policy', 'form'],
  debug: ['base', 'policy', 'form', 'sign'],
  multipart: ['base'],
  client: ['base', 'policy', 'form'],
  list: ['base', 'client'],
  transports: ['base', 'form', 'client'],
  vendor: ['base', 'form', 'client'],
  locales: ['base', 'policy'],
  uppy: ['base', 'client', 'locales'],
  react: ['base', 'client', 'list'],
  page: ['base', 'policy', 'form', 'client', 'vendor', 'locales', 'uppy'],
  http: ['base'],
  observe: ['base'],
  credential: ['base', 'sign'],
  issuer: ['base', 'policy', 'form', 'sign', 'credential', 'http', 'observe'],
  config: ['base', 'policy', 'form', 'sign', 'credential', 'http', 'issuer'],
  store: ['base', 'policy', 'form', 'sign', 'multipart', 'http', 'observe'],
  cli: [
    'base',
    'policy',
    'form',
    'sign',
    'client',
    'transports',
    'credential',
    'http',
    'observe',
    'issuer',
    'config',
    'store',
    'debug',
  ],
}

/** The files or folders that may import each library. Everything else of the world outside is Node's own. */
const LIBRARIES: Record<string, string | readonly string[]> = {
  lmdb: 'store/disk/catalog',
  'hash-wasm': 'store/disk/digest',
  'fast-xml-parser': ['store/', 'issuer/storage/read-xml'],
  valibot: ['issuer/', 'config/'],
  jose: 'issuer/authorize/',
  'rate-limiter-flexible': 'issuer/limits/',
  ioredis: 'issuer/redis.ts',
  jiti: 'config/',
  '@hono/node-server': 'http/node-listener.ts',
  commander: 'cli/',
  'mime-types': 'issuer/',
  pino: 'observe/',
  'prom-client': ['observe/', 'store/observe/', 'issuer/observe/'],
  '@uppy/': ['page/', 'uppy/'],
  react: 'react/',
}

const sources = Object.keys(MAY_IMPORT).flatMap((folder) =>
  readdirSync(`src/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file))
    .map((file) => ({ folder, file: `${folder}/${file}`, source: readFileSync(`src/${folder}/${file}`, 'utf8') })),
)

test.each(Object.entries(MAY_IMPORT))('%s imports only %j', (folder, allowed) => {
  const reached = new Set<string>()
  for (const { folder: from, source } of sources) {
    if (from !== folder) continue
    for (const [, target] of imported(source).flatMap((path) => [...path.matchAll(/^(?:\.\.\/)+(\w+)\//g)]))
      if (target !== undefined && target in MAY_IMPORT) reached.add(target)
  }
  expect([...reached].filter((target) => target !== folder && !allowed.includes(target))).toEqual([])
})

test('each library stays behind the places that need it', () => {
  const strays: string[] = []
  for (const { file, source } of sources) {
    for (const name of imported(source)) {
      if (name.startsWith('.') || name.startsWith('node:')) continue
      const home = Object.entries(LIBRARIES).find(([library]) => name === library || name.startsWith(library))?.[1]
      if (home === undefined || ![home].flat().some((place) => file.startsWith(place)))
        strays.push(`${file} imports ${name}`)
    }
  }
  expect(strays).toEqual([])
})

/** What a source imports or exports from, dynamic imports included, as the compiler reads it. */
function imported(source: string): string[] {
  return ts.preProcessFile(source).importedFiles.map(({ fileName }) => fileName)
}

test('a door holds only exports', () => {
  for (const file of readdirSync('src').filter((name) => name.endsWith('.ts'))) {
    const source = readFileSync(`src/${file}`, 'utf8')
    const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/export (type )?\{[^}]*\} from '[^']+'/g, '')
    expect(code.trim(), file).toBe('')
  }
})
