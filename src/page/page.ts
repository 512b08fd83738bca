import { Uppy } from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import { PosternError } from '../base/errors.ts'
import { requestForm, requestSignature } from '../client/request-form.ts'
import { Results } from './results.ts'
import { type Body, type Meta, Uploader } from './uploader.ts'
import { wordsFor } from './words.ts'

const ask = document.documentElement.dataset['ask'] === 'signature' ? requestSignature : requestForm
const results = new Results(byId('results'), byId('rows'))
const uppy = new Uppy<Meta, Body>()

uppy.use(Dashboard, {
  target: byId('dashboard'),
  inline: true,
  width: '100%',
  height: 360,
  theme: 'auto',
  disableInformer: true, // the results say more, and stay
  proudlyDisplayPoweredByUppy: false,
  locale: { strings: { dashboardTitle: 'Files to upload' } },
})
uppy.use(Uploader, { issuer: new URL('.', document.baseURI).href, ask })

uppy.on('files-added', () => notice(undefined))
uppy.on('restriction-failed', (_, error) => notice(error.message))
uppy.on('upload-success', (file, response) => {
  if (file === undefined || response.body === undefined) return
  results.stored(file.id, file.name, response.body.object)
  announce(`${file.name}: stored.`)
})
uppy.on('upload-error', (file, error) => {
  if (file === undefined || !(error instanceof PosternError)) return
  const { title, advice } = wordsFor(error)
  results.failed(file.id, file.name, error)
  announce(`${file.name}: failed. ${title}. ${advice}`)
})

/** For screen readers: what happened, as it happens. */
function announce(sentence: string) {
  byId('status').textContent = sentence
}

function notice(sentence: string | undefined) {
  byId('notice').textContent = sentence ?? ''
  byId('notice').hidden = sentence === undefined
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no element "${id}".`)
  return element
}
