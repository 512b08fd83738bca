import type { UploadForm } from '../../form/upload-form.ts'
import type { PageUppy } from '../dashboard.ts'
import { node } from '../dom.ts'
import type { Words } from '../words/words.ts'
import { BucketPane } from './bucket-pane.ts'
import { FormPane } from './form-pane.ts'

/** Uploads that end together are one reason to look again. */
const GATHER_MS = 500

interface Panes {
  readonly showForm: (form: UploadForm) => void
}

/** What `postern dev` shows below the results: what the bucket holds, and the last form. */
export function showPanes(place: HTMLElement, uppy: PageUppy, endpoint: string, words: Words): Panes {
  const [bucket, form] = [new BucketPane(endpoint, words), new FormPane(words)]
  const title = node('h2', '', words.dev.title)
  place.append(node('hgroup', '', title, node('p', 'hint', words.dev.lead)), form.element, bucket.element)
  place.hidden = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const refreshSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(() => bucket.refresh(), GATHER_MS)
  }
  uppy.on('upload-success', refreshSoon)
  document.addEventListener('visibilitychange', refreshSoon)
  bucket.refresh()
  return { showForm: (given) => form.show(given) }
}
