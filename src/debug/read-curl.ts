import { DebugError, type Sent } from './evidence.ts'
import { bodyFields } from './multipart-text.ts'
import { shellWords } from './shell-words.ts'

/** What a curl command line sends. Options that change nothing of the request are passed over. */
export function readCurl(line: string): Sent {
  const [, ...words] = shellWords(line)
  const command = new CurlCommand()
  for (let at = 0; at < words.length; at++) at += command.take(words[at] ?? '', words[at + 1])
  return command.sent()
}

/** What has been read of a command line so far. */
class CurlCommand {
  #method: string | undefined
  #url: string | undefined
  #usualMethod = 'GET'
  #isForm = false
  #isDataInUrl = false
  #dataType = ''
  readonly #data: string[] = []
  readonly #headers = new Map<string, string>()
  readonly #fields = new Map<string, string>()

  /** Takes one word, and says how many of the words after it belong to it. */
  take(word: string, next: string | undefined): 0 | 1 {
    if (!word.startsWith('-') || word === '-') {
      this.#url ??= word
      return 0
    }
    for (const { kind, value } of split(word)) {
      this.#set(kind, value ?? next ?? '')
      if (!FLAGS.has(kind) && value === undefined) return 1
    }
    return 0
  }

  sent(): Sent {
    const url = this.#address()
    const body = this.#isDataInUrl ? '' : this.#data.join('&')
    const fields = this.#isForm ? this.#fields : bodyFields(this.#headers.get('content-type'), body)
    if (fields !== undefined) return { kind: 'form', url, fields }
    const hasBody = this.#data.length > 0 && !this.#isDataInUrl
    // curl names the type of its own accord, and V1 signs it
    if (hasBody && !this.#headers.has('content-type')) this.#headers.set('content-type', this.#dataType)
    const usual = hasBody ? 'POST' : this.#usualMethod
    return { kind: 'request', method: this.#method ?? usual, url, headers: this.#headers }
  }

  #address(): string {
    if (this.#url === undefined) throw new DebugError('The curl command names no address.')
    const url = this.#url.includes('://') ? this.#url : `http://${this.#url}`
    if (!this.#isDataInUrl || this.#data.length === 0) return url
    return `${url}${url.includes('?') ? '&' : '?'}${this.#data.join('&')}`
  }

  #set(kind: OptionKind, value: string): void {
    switch (kind) {
      case 'url':
        this.#url ??= value
        return
      case 'method':
        this.#method = value
        return
      case 'header':
        this.#setHeader(value)
        return
      case 'upload':
        this.#usualMethod = 'PUT'
        return
      case 'head':
        this.#usualMethod = 'HEAD'
        return
      case 'get':
        this.#isDataInUrl = true
        return
      case 'data':
      case 'json':
        this.#data.push(value)
        this.#dataType = kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
        return
      case 'form':
      case 'form-string':
        this.#isForm = true
        this.#setField(value, kind)
        return
      case 'other':
    }
  }

  #setHeader(text: string): void {
    const colon = text.indexOf(':')
    if (colon < 1) return
    const value = text.slice(colon + 1).trim()
    const name = text.slice(0, colon).trim().toLowerCase()
    if (value === '') this.#headers.delete(name)
    else this.#headers.set(name, value)
  }

  #setField(text: string, kind: 'form' | 'form-string'): void {
    const equals = text.indexOf('=')
    const name = text.slice(0, Math.max(equals, 0)).toLowerCase()
    const value = text.slice(equals + 1)
    if (name === 'file' || name === '') return
    if (kind === 'form' && /^[@<]/.test(value))
      throw new DebugError(
        `The field "${name}" comes from a file. Write its value into the command, with --form-string.`,
      )
    this.#fields.set(name, kind === 'form' ? value.replace(/;type=[^;]*$/, '') : value)
  }
}

interface Option {
  readonly kind: OptionKind
  /** Absent where it is the next word, or where the option takes none. */
  readonly value?: string
}

/** `-XPUT`, `-sSX PUT`: letters that take nothing may stand before one that does. */
function split(word: string): readonly Option[] {
  if (word.startsWith('--')) {
    const kind = OPTIONS.get(word)
    return kind === undefined ? [] : [{ kind }]
  }
  const options: Option[] = []
  for (let at = 1; at < word.length; at++) {
    const kind = OPTIONS.get(`-${word.charAt(at)}`)
    if (kind === undefined) continue
    const value = word.slice(at + 1)
    if (!FLAGS.has(kind)) return [...options, value === '' ? { kind } : { kind, value }]
    options.push({ kind })
  }
  return options
}

type OptionKind =
  | 'url'
  | 'method'
  | 'header'
  | 'upload'
  | 'head'
  | 'get'
  | 'data'
  | 'json'
  | 'form'
  | 'form-string'
  | 'other'

/** Of the options below, those that take no value. */
const FLAGS: ReadonlySet<OptionKind> = new Set<OptionKind>(['head', 'get'])
/** The options that matter, and those that take a value; all others are flags. @see https://everything.curl.dev/cmdline/options/index.html */
const OPTIONS = new Map<string, OptionKind>([
  ...spelt('url', '--url'),
  ...spelt('method', '-X --request'),
  ...spelt('header', '-H --header'),
  ...spelt('upload', '-T --upload-file'),
  ...spelt('head', '-I --head'),
  ...spelt('get', '-G --get'),
  ...spelt('data', '-d --data --data-raw --data-binary --data-ascii --data-urlencode'),
  ...spelt('json', '--json'),
  ...spelt('form', '-F --form'),
  ...spelt('form-string', '--form-string'),
  ...spelt('other', '-A --user-agent -b --cookie -c --cookie-jar -D --dump-header -e --referer -m --max-time'),
  ...spelt('other', '-o --output -r --range -u --user -w --write-out -x --proxy -y -Y -z --connect-timeout'),
  ...spelt('other', '--cacert --cert --key --limit-rate --max-redirs --resolve --retry --retry-delay --ciphers'),
])

function spelt(kind: OptionKind, names: string): [string, OptionKind][] {
  return names.split(' ').map((name) => [name, kind])
}
