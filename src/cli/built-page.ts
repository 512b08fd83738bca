import { access } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Page, type PageKind, readPage } from '../issuer/page.ts'
import { CommandError } from './command-error.ts'

/** The upload page as the build leaves it; sources and their output stand equally deep below the package. */
const FOLDER = fileURLToPath(new URL('../../dist/page', import.meta.url))

export async function readBuiltPage(kind: PageKind): Promise<Page> {
  try {
    await access(`${FOLDER}/index.html`)
  } catch {
    throw new CommandError(`The upload page is missing at ${FOLDER}. Build it: npm run build`)
  }
  return readPage(FOLDER, kind)
}
