import type { Uppy } from '@uppy/core'
import { en } from './en.ts'
import type { Words } from './words.ts'

type DashboardStrings = Uppy['locale']

/** A language of the Dashboard besides its own English, in a file that is loaded only when it is wanted. */
interface DashboardLanguage {
  /** The languages of a browser that it serves. */
  readonly tags: RegExp
  readonly language: string
  readonly load: () => Promise<{ default: DashboardStrings }>
}

// biome-ignore format: a table
const DASHBOARDS: readonly DashboardLanguage[] = [
  { tags: /^zh-(?:hant|tw|hk|mo)\b/i, language: 'zh-TW', load: () => import('@uppy/locales/lib/zh_TW.js') },
  { tags: /^zh\b/i, language: 'zh-CN', load: () => import('@uppy/locales/lib/zh_CN.js') },
  { tags: /^de\b/i, language: 'de', load: () => import('@uppy/locales/lib/de_DE.js') },
  { tags: /^es\b/i, language: 'es', load: () => import('@uppy/locales/lib/es_ES.js') },
  { tags: /^fr\b/i, language: 'fr', load: () => import('@uppy/locales/lib/fr_FR.js') },
  { tags: /^it\b/i, language: 'it', load: () => import('@uppy/locales/lib/it_IT.js') },
  { tags: /^ja\b/i, language: 'ja', load: () => import('@uppy/locales/lib/ja_JP.js') },
  { tags: /^ko\b/i, language: 'ko', load: () => import('@uppy/locales/lib/ko_KR.js') },
  { tags: /^pl\b/i, language: 'pl', load: () => import('@uppy/locales/lib/pl_PL.js') },
  { tags: /^pt\b/i, language: 'pt-BR', load: () => import('@uppy/locales/lib/pt_BR.js') },
  { tags: /^ru\b/i, language: 'ru', load: () => import('@uppy/locales/lib/ru_RU.js') },
  { tags: /^tr\b/i, language: 'tr', load: () => import('@uppy/locales/lib/tr_TR.js') },
  { tags: /^vi\b/i, language: 'vi', load: () => import('@uppy/locales/lib/vi_VN.js') },
]

/** What the page speaks: its own words, and the Dashboard's, which knows more languages. */
export interface Languages {
  readonly words: Words
  /** Of the Dashboard. */
  readonly language: string
  /** Absent: its own, English. */
  readonly strings?: DashboardStrings
}

/** The first language of a browser's that each of the two knows; English where it knows none, or where a file does not come. */
export async function loadLanguages(preferred: readonly string[]): Promise<Languages> {
  const [words, dashboard] = await Promise.all([loadWords(preferred), loadDashboard(preferred)])
  return { words, ...dashboard }
}

async function loadWords(preferred: readonly string[]): Promise<Words> {
  const known = preferred.find((tag) => /^(?:en|zh)\b/i.test(tag))
  if (known === undefined || isEnglish(known)) return en
  return await import('./zh-cn.ts').then(({ zhCN }) => zhCN).catch(() => en)
}

async function loadDashboard(preferred: readonly string[]): Promise<Omit<Languages, 'words'>> {
  for (const tag of preferred) {
    if (isEnglish(tag)) break
    const found = DASHBOARDS.find(({ tags }) => tags.test(tag))
    if (found === undefined) continue
    const strings = await found.load().catch(() => undefined)
    if (strings !== undefined) return { language: found.language, strings: strings.default }
  }
  return { language: 'en' }
}

function isEnglish(tag: string): boolean {
  return /^en\b/i.test(tag)
}
