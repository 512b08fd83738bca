import { expect, test } from 'vitest'
import { PosternError } from '../base/errors.ts'
import { en } from '../locales/en.ts'
import { zhCN } from '../locales/zh-cn.ts'
import { shownError } from './shown-error.ts'

const LARGE = { ProposedSize: '11', MaxSizeAllowed: '10' }

test.each([
  {
    code: 'file-too-large',
    facts: LARGE,
    locale: en,
    message: /^The file is too large\. .*10 bytes/,
    isNetworkError: false,
  },
  { code: 'network-lost', facts: {}, locale: zhCN, message: /^网络连接中断。[^。]/, isNetworkError: true },
] as const)('people read of $code what happened and what to do', ({ code, facts, locale, message, isNetworkError }) => {
  const cause = new PosternError(code, 'For whoever runs the server.', facts)
  expect(shownError(cause, locale)).toMatchObject({ message: expect.stringMatching(message), isNetworkError })
  expect(shownError(cause, locale).cause).toBe(cause)
})
