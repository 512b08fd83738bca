import { PosternError } from '../base/errors.ts'
import { browserTransport } from '../client/browser-transport.ts'
import { Postern } from '../uppy/postern.ts'
import { Announcer } from './announcer.ts'
import { createDashboard, type PageFile, sentFile } from './dashboard.ts'
import { byId } from './dom.ts'
import { Notice } from './notice.ts'
import { Patience } from './patience.ts'
import { errorDetails } from './results/error-details.ts'
import { Results } from './results/results.ts'
import { askRules } from './rules/ask-rules.ts'
import { limitsSentence } from './rules/limits-sentence.ts'
import type { RouteRules } from './rules/route-rules.ts'
import { whyRefused } from './rules/why-refused.ts'
import { tellPatience, tellRefused, tellResults } from './tell.ts'
import { watchedTransport } from './watched-transport.ts'
import { loadLanguages } from './words/languages.ts'
import { reasonOf } from './words/reason-of.ts'
import type { Words } from './words/words.ts'

const { kind } = document.documentElement.dataset
const endpoint = new URL('.', document.baseURI).href
const route = new URLSearchParams(location.search).get('route') ?? undefined

// Files of their own, for the pages that need them.
const dev = kind === 'dev' ? await import('./dev/panes.ts') : undefined
const vendor = kind === 'signature' ? await import('../vendor/request-signature.ts') : undefined
const languages = await loadLanguages(navigator.languages)
const { words } = languages
write(words)

const notice = new Notice(byId('notice'))
const patience = new Patience(byId('patience'), words)
let rules: RouteRules | undefined
const whyNot = (file: PageFile) => (rules === undefined ? undefined : whyRefused(rules, sentFile(file)))

const uppy = createDashboard(byId('dashboard'), languages, (file) => whyNot(file) !== undefined)
uppy.use(Postern, {
  endpoint,
  restrictByRoute: false, // the page does, and says why
  locale: { strings: words.uploader },
  ...(route === undefined ? {} : { route }),
  ...(vendor && { requestForm: vendor.requestSignature }),
  transport: watchedTransport(browserTransport(), {
    onForm: dev && ((form) => panes?.showForm(form)),
    onTrouble: (reason) => patience.needed(reason),
    onAnswer: () => patience.over(),
  }),
})
tellResults(uppy, new Results(byId('results'), words), new Announcer(byId('log'), words), words)
tellRefused(uppy, notice, whyNot, words)
tellPatience(uppy, patience)
const panes = dev?.showPanes(byId('dev'), uppy, endpoint, words)
if (vendor === undefined) await showLimits()

/** The page's own words, in place of the English that its HTML has for a browser without JavaScript. */
function write({ language, title, lead }: Words) {
  document.documentElement.lang = language
  document.title = title
  byId('title').textContent = title
  byId('lead').textContent = lead
}

/** In a preset there are no rules of a route; the page then says nothing. */
async function showLimits() {
  try {
    rules = await askRules(endpoint, route)
  } catch (error) {
    if (error instanceof PosternError) notice.add(reasonOf(error, words), errorDetails(error, words))
  }
  if (rules === undefined) return
  if (rules.types !== undefined) uppy.setOptions({ restrictions: { allowedFileTypes: [...rules.types] } }) // for the file dialog
  byId('limits').textContent = limitsSentence(rules, words)
  byId('limits').hidden = false
}
