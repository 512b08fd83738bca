import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The browser that tests drive: CHROME_PATH, else the first of the usual names on PATH; `undefined` where there is none. */
export function findChromium(env = process.env) {
  if (env.CHROME_PATH) return env.CHROME_PATH
  for (const name of NAMES) {
    for (const folder of (env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name)
      if (isExecutable(path)) return path
    }
  }
  return undefined
}

/** Like {@link findChromium}, but a sentence that says what to do where there is none. */
export function chromiumPath() {
  const path = findChromium()
  if (path === undefined) throw new Error(MISSING)
  return path
}

export const MISSING =
  'No Chromium was found. Install one (on Debian: apt-get install chromium) or set CHROME_PATH to the browser.'

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
