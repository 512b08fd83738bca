import type { Command } from 'commander'
import { PosternError } from '../base/known-errors.ts'
import { readJson } from '../client/ask-issuer.ts'
import { createUploader } from '../client/create-uploader.ts'
import type { Transport } from '../client/transport.ts'
import type { Upload } from '../client/upload-handle.ts'
import { durationText } from '../policy/phrase.ts'
import { CommandError } from './command-error.ts'
import { errorSentence } from './error-sentence.ts'
import { nodeTransport } from './node-transport.ts'
import { note, print } from './output.ts'
import { type DiskFile, findFiles } from './put-files.ts'
import { folderMemory, stateFolder } from './put-memory.ts'
import { type PutOptions, parseHeader, parseIssuer, parseMeta } from './put-options.ts'
import { type ProgressBar, startProgressBar } from './put-progress.ts'
import { failedJson, storedJson, storedLines, verifyObject } from './put-report.ts'
import { collect, parseSize } from './units.ts'
import { untilStopped } from './until-stopped.ts'

const PARTS_FROM = 64 * 1024 * 1024
/** An issuer that is there answers this soon, or is asked for forms without it. */
const GREETING_MS = 10_000
const INTERRUPTED = 130

const HELP = `
Examples:
  postern put photo.png
  postern put *.jpg --to https://app.example --route photos --meta album=2026
  POSTERN_AUTHORIZATION="Bearer $TOKEN" postern put film.mp4 --to https://app.example

Ctrl-C stops. What the storage has of a large file stays there: the same command
goes on with what is missing. POSTERN_AUTHORIZATION becomes the Authorization
header; prefer it to --header, because other users of this machine can read a
command line.`

export function definePut(command: Command): Command {
  return command
    .description('Uploads files through an issuer, straight into its storage.')
    .argument('<file...>', 'the files')
    .option('--to <url>', "the issuer's address", parseIssuer, 'http://127.0.0.1:8000/')
    .option('--route <name>', 'the route (default: the default route of the issuer)')
    .option('--type <type>', "the files' type (default: told by their names)")
    .option('--meta <name=value>', 'user metadata; may be given several times', parseMeta)
    .option('--header <header>', "goes to the issuer, as in 'Name: value'; may be given several times", collect)
    .option('--parts-from <size>', 'files as large as this go in parts (default: 64MB)', parseSize)
    .option('--json', 'print a line of JSON for each file')
    .addHelpText('after', HELP)
    .action(runPut)
}

async function runPut(paths: readonly string[], options: PutOptions): Promise<void> {
  const stopped = untilStopped()
  const files = await findFiles(paths, options.type)
  const transport = nodeTransport()
  const headers = headersOf(options)
  const allowsParts = await greet(transport, options, headers)
  const { to: endpoint, route, meta, json } = options
  const partsFrom = allowsParts ? (options.partsFrom ?? PARTS_FROM) : Number.POSITIVE_INFINITY
  const memory = folderMemory(stateFolder(process.env))
  const uploader = createUploader<string, DiskFile>({
    endpoint,
    transport,
    headers,
    partsFrom,
    memory,
    ...(route && { route }),
  })

  const uploads = files.map((file) => uploader.upload(file, meta && { meta }))
  const bar = startProgressBar(uploads, process.stderr)
  for (const upload of uploads) tellTurns(upload, bar)
  const finished = Promise.all(uploads.map((upload) => finish(upload, bar, json === true)))
  const outcome = await Promise.race([finished, stopped.then(() => 'stopped' as const)])
  bar.end()
  if (outcome === 'stopped') stop(uploads, partsFrom)
  else if (!outcome.every((isStored) => isStored)) process.exitCode = 1
}

function headersOf({ header = [] }: PutOptions): Record<string, string> {
  const authorization = process.env['POSTERN_AUTHORIZATION']
  return Object.fromEntries([
    ...(authorization ? [parseHeader(`authorization: ${authorization}`, 'POSTERN_AUTHORIZATION')] : []),
    ...header.map((text) => parseHeader(text, '--header')),
  ])
}

/**
 * Asks for the rules of the route, so that an address where nobody is is told at once; whatever else is wrong, the upload itself tells.
 * Gives whether files may go in parts.
 */
async function greet(
  transport: Transport<DiskFile>,
  { to, route }: PutOptions,
  headers: Readonly<Record<string, string>>,
): Promise<boolean> {
  const url = `${to}uploads${route === undefined ? '' : `?route=${encodeURIComponent(route)}`}`
  try {
    const { body } = await transport.ask({ method: 'GET', url, headers, signal: AbortSignal.timeout(GREETING_MS) })
    return Object(readJson(body)).parts !== false
  } catch (error) {
    if (!(error instanceof PosternError)) throw error
    const isLate = error.code === 'upload-aborted'
    const reason = isLate ? ` within ${durationText(GREETING_MS)}` : (/ \([A-Z_]+\)/.exec(error.message)?.[0] ?? '')
    throw new CommandError(
      `No issuer answers at ${to}${reason}. Start one with postern dev, or give its address with --to.`,
    )
  }
}

/** What is not as usual: that it goes on where an earlier run ended, and that it waits. */
function tellTurns(upload: Upload<DiskFile>, bar: ProgressBar): void {
  const { path, size } = upload.file
  const leave = upload.on('progress', ({ sentBytes }) => {
    leave()
    if (upload.state === 'preparing')
      bar.above(() =>
        note(`${path}: goes on; the storage has ${Math.floor((sentBytes / size) * 100)} % of it already.`),
      )
  })
  upload.on('retry', ({ error, delayMs }) => {
    const when = delayMs < 1000 ? 'at once' : `in ${durationText(delayMs)}`
    bar.above(() => note(`${path}: ${errorSentence(error).sentence} Trying again ${when}.`))
  })
}

/** Prints what became of one file; whether it is stored, with the bytes that it has. */
async function finish(upload: Upload<DiskFile>, bar: ProgressBar, isJson: boolean): Promise<boolean> {
  const { file } = upload
  try {
    const object = await upload.done
    const isVerified = await verifyObject(file, object)
    const lines = isJson ? [storedJson(file, object, isVerified)] : storedLines(file, object, isVerified)
    bar.above(() => print(...lines))
    return true
  } catch (error) {
    if (upload.state === 'cancelled') return false
    bar.above(() => {
      if (isJson) print(failedJson(file, error))
      note(`${file.path}: ${errorSentence(error).sentence}`)
    })
    return false
  }
}

/** What goes in parts is paused, so that the storage keeps what it has; the rest is given up. */
function stop(uploads: readonly Upload<DiskFile>[], partsFrom: number): void {
  process.exitCode = INTERRUPTED
  const open = uploads.filter(({ state }) => state !== 'stored' && state !== 'failed')
  const inParts = open.filter(({ file, progress }) => file.size >= partsFrom && progress.sentBytes > 0)
  for (const upload of open)
    if (inParts.includes(upload)) upload.pause()
    else upload.cancel()
  if (open.length > 0) note(`Stopped; ${open.map(({ file }) => file.path).join(', ')} not stored.`)
  for (const { file } of inParts)
    note(`The storage keeps what it has of ${file.path}: the same command goes on with what is missing.`)
}
