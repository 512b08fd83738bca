import { expect, test } from 'vitest'
import { loadLanguages } from './languages.ts'

const cases: { preferred: readonly string[]; words: string; dashboard: string }[] = [
  { preferred: ['en-GB', 'zh-CN'], words: 'en', dashboard: 'en' },
  { preferred: ['zh-CN', 'en'], words: 'zh-CN', dashboard: 'zh-CN' },
  { preferred: ['zh'], words: 'zh-CN', dashboard: 'zh-CN' },
  { preferred: ['zh-Hant-HK'], words: 'zh-CN', dashboard: 'zh-TW' },
  { preferred: ['de-AT', 'en'], words: 'en', dashboard: 'de' },
  { preferred: ['de', 'zh-CN'], words: 'zh-CN', dashboard: 'de' },
  { preferred: ['eo', 'pt-PT'], words: 'en', dashboard: 'pt-BR' },
  { preferred: ['eo'], words: 'en', dashboard: 'en' },
  { preferred: ['en', 'de'], words: 'en', dashboard: 'en' },
  { preferred: [], words: 'en', dashboard: 'en' },
]

test.each(cases)('who reads $preferred hears the page in $words and the Dashboard in $dashboard', async (asked) => {
  const { words, language, strings } = await loadLanguages(asked.preferred)
  expect(words.language).toBe(asked.words)
  expect(language).toBe(asked.dashboard)
  expect(strings === undefined).toBe(asked.dashboard === 'en')
})

test('each of the Dashboard’s languages can be loaded', async () => {
  for (const tag of ['de', 'es', 'fr', 'it', 'ja', 'ko', 'pl', 'pt', 'ru', 'tr', 'vi', 'zh', 'zh-TW'])
    expect((await loadLanguages([tag])).strings?.strings['cancel'], tag).toBeTypeOf('string')
})
