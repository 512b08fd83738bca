import { expect, test } from 'vitest'
import { whyUnreached } from './unreached.ts'

const URL_OF_STORE = 'https://b.example:8443/?Signature=secret'

/** Words of WeChat, Douyin, Baidu and QQ, of several versions. */
test.each([
  ['url not in domain list', 'domain-forbidden'],
  ['https://b.example 不在以下 uploadFile 合法域名列表中', 'domain-forbidden'],
  ['abort', 'upload-aborted'],
  ['file not found', 'file-unreadable'],
  ['no such file or directory, open wxfile://tmp_1', 'file-unreadable'],
  ["file doesn't exist: it does not exist", 'file-unreadable'],
  ['timeout', 'network-lost'],
  ['tasked refused max connected', 'network-lost'],
  ['interrupted', 'network-lost'],
  ['errcode:-106 cronet_error_code:-106 error_msg:net::ERR_INTERNET_DISCONNECTED', 'network-lost'],
  ['', 'network-lost'],
])('"%s" is %s', (message, code) => {
  const error = whyUnreached({ api: 'uploadFile', url: URL_OF_STORE, message, console: 'its console' })
  expect(error.code).toBe(code)
  expect(error.retry).toBe(code === 'network-lost' ? 'same-form' : 'never')
  expect(error.message).not.toContain('secret')
})

test('a signature in the platform’s words is not repeated', () => {
  const message = `ssl error at ${URL_OF_STORE} of the store`
  const error = whyUnreached({ api: 'request', url: URL_OF_STORE, message, console: '' })
  expect(error.message).toBe(
    'https://b.example:8443 did not answer, or the connection was lost (ssl error at https://b.example:8443/ of the store).',
  )
})

test('an address that is not https is told', () => {
  const error = whyUnreached({
    api: 'request',
    url: 'http://b.example/',
    message: '请求 URL 不支持 HTTP，请使用 HTTPS',
    console: '',
  })
  expect(error.code).toBe('mixed-content')
})
