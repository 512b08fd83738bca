import { expect, test } from 'vitest'
import { en } from './en.ts'
import { limitText, shortSizeText } from './size-text.ts'
import { zhCN } from './zh-cn.ts'

const cases: { bytes: number; short: string; limit: string }[] = [
  { bytes: 0, short: '0 bytes', limit: '0 bytes' },
  { bytes: 1, short: '1 byte', limit: '1 byte' },
  { bytes: 1000, short: '1,000 bytes', limit: '1 kB' },
  { bytes: 1023, short: '1,023 bytes', limit: '1,023 bytes' },
  { bytes: 1024, short: '1 KiB', limit: '1 KiB' },
  { bytes: 10_485_760, short: '10 MiB', limit: '10 MiB' },
  { bytes: 5_368_709_120, short: '5 GiB', limit: '5 GiB' },
  { bytes: 1_048_576_000, short: '1,000 MiB', limit: '1,000 MiB' },
]

test.each(cases)('$bytes bytes are $short, and as a limit $limit', ({ bytes, short, limit }) => {
  expect([shortSizeText(bytes, en), limitText(bytes, en)]).toEqual([short, limit])
})

test('in Chinese the unit is Chinese where it is a word', () => {
  expect([limitText(1023, zhCN), limitText(1024, zhCN)]).toEqual(['1,023 字节', '1 KiB'])
})
