import { PosternError } from '../base/errors.ts'
import { describeError } from '../locales/describe-error.ts'
import type { Announcer } from './announcer.ts'
import { type PageFile, type PageUppy, sentFile } from './dashboard.ts'
import { node } from './dom.ts'
import type { Notice } from './notice.ts'
import type { Patience } from './patience.ts'
import type { Results } from './results/results.ts'
import { reasonOf } from './words/reason-of.ts'
import type { Words } from './words/words.ts'

/** What becomes of files: in the list, and for who can't see it. */
export function tellResults(uppy: PageUppy, results: Results, announcer: Announcer, words: Words) {
  const { heard } = words
  uppy.on('upload-start', (files) => announcer.started(files.length))
  uppy.on('progress', (percent) => announcer.progress(percent))
  uppy.on('pause-all', () => announcer.say(heard.paused))
  uppy.on('resume-all', () => announcer.say(heard.resumed))
  uppy.on('upload-success', async (file, { body }) => {
    if (file === undefined || body === undefined) return
    announcer.ended({ name: file.name })
    const isSame = await results.stored(file.id, sentFile(file), body)
    if (!isSame) announcer.say(heard.differs(file.name))
  })
  uppy.on('upload-error', (file, error) => {
    const cause = causeOf(error)
    if (file === undefined || !(cause instanceof PosternError)) return
    const sentence = reasonOf(cause, words)
    uppy.setFileState(file.id, { error: sentence }) // the Dashboard shows it, too, in the language of the page
    uppy.setState({ error: sentence })
    announcer.ended({ name: file.name, failure: describeError(cause, words.errors).title })
    results.failed(file.id, file.name, cause)
  })
}

/** Why a file that was chosen is not in the Dashboard: our reason, or Uppy's, that it is there already. */
export function tellRefused(
  uppy: PageUppy,
  notice: Notice,
  whyNot: (file: PageFile) => PosternError | undefined,
  words: Words,
) {
  uppy.on('files-added', () => notice.clear())
  uppy.on('restriction-failed', (file, error) => {
    const reason = file === undefined ? undefined : whyNot(file)
    if (file === undefined || reason === undefined) notice.add(error.message)
    else notice.add(node('strong', '', words.results.notAdded(file.name)), node('p', '', reasonOf(reason, words)))
  })
}

/** Whoever waits for nothing any more needs no patience. */
export function tellPatience(uppy: PageUppy, patience: Patience) {
  uppy.on('complete', () => patience.over())
  uppy.on('cancel-all', () => patience.over())
}

/** Uppy's type of an error knows no cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
