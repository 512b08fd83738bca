import { Uppy } from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import { PosternError } from '../base/errors.ts'
import { requestForm, requestSignature } from '../client/request-form.ts'
import { Results } from './results.ts'
import { type Body, type Meta, Uploader } from './uploader.ts'

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
  const cause = causeOf(error)
  if (file === undefined || !(cause instanceof PosternError)) return
  results.failed(file.id, file.name, cause)
  announce(`${file.name}: failed. ${error.message}`)
})

/** Uppy's type of an error knows no cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

/** For screen readers: what happened, as it happens; a log, because files end while another's sentence is still read. */
function announce(sentence: string) {
  const line = document.createElement('p')
  line.textContent = sentence
  byId('log').append(line)
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
