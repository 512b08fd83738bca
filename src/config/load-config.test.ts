import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PosternError } from '../base/known-errors.ts'
import { CONFIG_NAMES, findConfig, loadConfig } from './load-config.ts'

const STORAGE = `storage: { kind: 'oss', bucket: 'photos', region: 'cn-hangzhou' }`
const SOURCES = { environment: { OSS_ACCESS_KEY_ID: 'id', OSS_ACCESS_KEY_SECRET: 'secret' }, onFault: () => {} }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-load-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function load(name: string, text: string) {
  writeFileSync(join(folder, name), text)
  return loadConfig(join(folder, name), SOURCES)
}

test.each(['postern.config.ts', 'postern.config.mjs', 'postern.config.js'])(
  'a module is run where postern is not installed, and gives its default export: %s',
  async (name) => {
    const text = `import { defineConfig } from 'postern/issuer'\nexport default defineConfig({ ${STORAGE}, authorize: 'public', port: 80 })`
    expect(await load(name, text)).toMatchObject({
      issuer: { authorize: 'public' },
      port: 80,
      path: join(folder, name),
    })
  },
)

test('TypeScript may hold types, and import a file beside it', async () => {
  writeFileSync(
    join(folder, 'who.ts'),
    `export const who = (request: Request): { id: string } => ({ id: request.url })`,
  )
  const text = `import type { PosternConfig } from 'postern/issuer'
import { who } from './who.ts'
const config: PosternConfig = { ${STORAGE}, authorize: who }
export default config`
  const { authorize } = (await load('postern.config.ts', text)).issuer
  expect(typeof authorize).toBe('function')
})

test('what it imports of postern is postern itself, so that its errors are known', async () => {
  const text = `import { PosternError } from 'postern'
export default { ${STORAGE}, authorize: () => { throw new PosternError('upload-denied', 'No.') } }`
  const { authorize } = (await load('postern.config.ts', text)).issuer
  const ask = () =>
    typeof authorize === 'function' ? authorize(new Request('http://a/'), { route: 'a', address: '' }) : 0
  expect(ask).toThrow(PosternError)
})

test('JSON says everything that is data', async () => {
  const storage = { kind: 'oss', bucket: 'photos', region: 'cn-hangzhou' }
  const config = { $schema: 'https://app.example/schema.json', storage, authorize: 'public', page: false }
  expect(await load('postern.config.json', JSON.stringify(config))).toMatchObject({ page: false, writtenSecrets: [] })
})

test('nothing of a module is kept on disk', async () => {
  mkdirSync(join(folder, 'node_modules'))
  await load('postern.config.ts', `export default { ${STORAGE}, authorize: 'public' }`)
  expect(readdirSync(folder, { recursive: true })).toEqual(['node_modules', 'postern.config.ts'])
})

const broken: [name: string, text: string, says: string][] = [
  ['postern.config.json', '{"storage": }', 'This is no JSON: '],
  ['postern.config.json', '{\n  "storage": {},\n}', ', line 3'],
  ['postern.config.json', '', 'This is no JSON: '],
  ['postern.config.ts', 'export const config = {}', 'There is no default export.'],
  ['postern.config.ts', 'export default {', 'This could not be run: '],
  ['postern.config.ts', `throw new Error('no database')`, 'This could not be run: no database.'],
  ['postern.config.ts', `import './missing.ts'`, 'This could not be run: Cannot find module'],
  ['postern.config.mjs', 'export default {}', 'storage: This is missing.'],
]

test.each(broken)('%s with %j is refused: %s', async (name, text, says) => {
  await expect(load(name, text)).rejects.toThrow(says)
})

test('a file that is not there is an error of the system', async () => {
  await expect(loadConfig(join(folder, 'nowhere.ts'), SOURCES)).rejects.toThrow('ENOENT')
})

test('a folder’s configuration is the first of four names', () => {
  expect(findConfig(folder)).toBeUndefined()
  for (const name of CONFIG_NAMES.toReversed()) {
    writeFileSync(join(folder, name), '')
    expect(findConfig(folder)).toBe(join(folder, name))
  }
})
