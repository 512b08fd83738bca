import { Uppy, type UppyFile } from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import type { NamedBlob } from '../client/transport.ts'
import { namedFile } from '../uppy/named-file.ts'
import type { PosternBody } from '../uppy/postern.ts'
import type { Languages } from './words/languages.ts'

type PageMeta = Record<string, unknown>
export type PageUppy = Uppy<PageMeta, PosternBody>
export type PageFile = UppyFile<PageMeta, PosternBody>

/** Uppy with its Dashboard in the page. `refuses` is asked of each file that is chosen. */
export function createDashboard(
  target: HTMLElement,
  languages: Languages,
  refuses: (file: PageFile) => boolean,
): PageUppy {
  const { words, language, strings } = languages
  const uppy: PageUppy = new Uppy<PageMeta, PosternBody>({
    onBeforeFileAdded: (file, files) => !Object.hasOwn(files, file.id) && !refuses(file),
    ...(strings === undefined ? {} : { locale: strings }),
  })
  target.lang = language
  uppy.use(Dashboard, {
    target,
    inline: true,
    width: '100%',
    height: 400,
    theme: 'auto',
    disableInformer: true, // the notice and the results say more, and stay
    proudlyDisplayPoweredByUppy: false,
    locale: { strings: { dashboardTitle: words.dashboard } },
  })
  new MutationObserver(() => completeList(target)).observe(target, { childList: true, subtree: true })
  return uppy
}

/** Uppy calls a single file an item of a list that it does not call one: a screen reader would pass over it. */
function completeList(dashboard: HTMLElement) {
  dashboard.querySelector('.uppy-Dashboard-files:not([role])')?.setAttribute('role', 'list')
}

/** The file as it is sent: under the name and the type that people see in the Dashboard. */
export function sentFile(file: PageFile): NamedBlob {
  const named = namedFile(file)
  if (named !== undefined) return named
  throw new TypeError(`"${file.name}" has no content.`)
}
