import { expect, test } from 'vitest'
import { writtenSecrets } from './written-secrets.ts'

const KEY = 'aG9tZSBpcyB3aGVyZSB0aGUga2V5IGlzIGtlcHQ'

test.each([
  [`accessKeySecret: 'x7Gh'`, 'accessKeySecret'],
  [`"accessKeySecret": "x7Gh"`, 'accessKeySecret'],
  ['securityToken: `CAIS`', 'securityToken'],
  [`"tokenSecret" : "x7Gh"`, 'tokenSecret'],
  [`webhook: { url: 'https://a/', secret: 'whsec_x7Gh' }`, 'secret'],
  [`secret: ['whsec_x7Gh']`, 'secret'],
  [`metrics: { token: 'x7Gh' }`, 'token'],
  [`keys: [{ name: 'server:a', key: '${KEY}' }]`, 'key'],
  [`redis: 'redis://user:pass@host:6379'`, 'redis'],
])('%s is a written secret', (line, member) => {
  expect(writtenSecrets(`{\n  ${line}\n}`)).toEqual([{ line: 2, member }])
})

test.each([
  [`accessKeySecret: process.env.OSS_SECRET`],
  [`"accessKeySecret": { "env": "OSS_SECRET" }`],
  [`tokenSecret: { file: '/run/secrets/token' }`],
  [`accessKeyId: 'LTAI5t'`],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a key template
  ["key: '${user}/${date}/${uuid}-${name}.${ext}'"],
  [`key: 'photos/one'`],
  [`redis: 'redis://host:6379'`],
  [`publicKey: '-----BEGIN PUBLIC KEY-----'`],
])('%s is none', (line) => {
  expect(writtenSecrets(line)).toEqual([])
})
