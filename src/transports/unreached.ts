import { PosternError } from '../base/errors.ts'
import { aborted, noAnswer } from '../client/no-answer.ts'

/** A call of a platform that got no answer. */
export interface Unreached {
  /** `request` or `uploadFile`: each has a list of domains of its own. */
  readonly api: string
  readonly url: string
  /** The platform's own words. */
  readonly message: string
  /** Where the platform keeps its lists of domains. */
  readonly console: string
}

/**
 * Why a platform's call got no answer, as far as its words tell; they differ from version to version, so that whatever is not
 * known is a lost connection, which is tried again.
 *
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html
 */
export function whyUnreached({ api, url, message, console }: Unreached): PosternError {
  const origin = /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? url
  if (/domain|合法域名/i.test(message))
    return new PosternError(
      'domain-forbidden',
      `This mini-program may not reach ${origin}: add it to the "${api}" domains in ${console}.`,
    )
  if (/https/i.test(message) && url.startsWith('http:'))
    return new PosternError(
      'mixed-content',
      `A mini-program reaches only https addresses, and ${origin} is none. Give it one.`,
    )
  if (/abort/i.test(message)) return aborted()
  if (
    /no such file|file not found|not exist|FileNotFound|not a normal file|permission to upload|文件不存在/i.test(
      message,
    )
  )
    return new PosternError('file-unreadable', `The file is no longer there (${shown(message)}). Choose it again.`)
  return noAnswer(`${origin} did not answer, or the connection was lost (${shown(message)}).`)
}

/** Without the queries of addresses: they hold signatures. */
function shown(message: string): string {
  return message.replace(/\?\S*/g, '').slice(0, 200)
}
