// npm run bench [-- issue|signature|large|small|bundles|browser-large …]: each figure beside its floor or its rival, alternated, medians.
import { cpus } from 'node:os'
import { benchBrowserLarge, benchBrowserSmall } from './browser-uploads.ts'
import { benchBundles } from './bundle-sizes.ts'
import { benchDownloads } from './downloads.ts'
import { benchIssue } from './issue.ts'
import { benchColdStart, benchIssuerMemory } from './issuer-life.ts'
import { benchLargeFile, benchMultipart } from './large-objects.ts'
import { benchMillion } from './million.ts'
import { benchSecondIssuer } from './second-issuer.ts'
import { benchSecondProcess } from './second-process.ts'
import { benchSignatureRoute } from './signature-route.ts'
import { benchSmallObjects } from './small-objects.ts'
import { benchUploadRoute } from './upload-route.ts'

const BENCHES: readonly (readonly [string, () => Promise<void>])[] = [
  ['issue', benchIssue],
  ['signature', benchSignatureRoute],
  ['uploads', benchUploadRoute],
  ['issuers', benchSecondIssuer],
  ['start', benchColdStart],
  ['memory', benchIssuerMemory],
  ['large', benchLargeFile],
  ['multipart', benchMultipart],
  ['small', benchSmallObjects],
  ['workers', benchSecondProcess],
  ['downloads', benchDownloads],
  ['million', benchMillion],
  ['bundles', benchBundles],
  ['browser-large', benchBrowserLarge],
  ['browser-small', benchBrowserSmall],
]

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !BENCHES.some(([known]) => known === name))
if (unknown.length > 0)
  throw new Error(`No benchmark "${unknown.join(', ')}". There are: ${BENCHES.map(([name]) => name).join(', ')}.`)

console.log(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`)
for (const [name, bench] of BENCHES) if (asked.length === 0 || asked.includes(name)) await bench()
