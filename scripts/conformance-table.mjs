// What the clients of `npm run conformance` reported, and the table it becomes. A report is a line of JSON:
// {"client": "oss2 V4 (Python)", "operation": "append", "result": "passed", "why": "…"}; result is passed, failed or not run.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** What each client does, in the order of the table. */
export const OPERATIONS = /** @type {const} */ ([
  'put',
  'get',
  'range',
  'head',
  'list',
  'copy',
  'delete many',
  'append',
  'multipart',
  'tagging',
  'ACL',
  'symlink',
  'form post',
  'presigned get',
  'presigned put',
  'STS',
])
const MARKS = { passed: '✓', failed: '✗', 'not run': '–' }
const MAX_REASON_CHARACTERS = 300

/** Reports the operations of which a client said nothing. */
export function addMissing(file, client, result, why) {
  const done = new Set(
    readResults(file)
      .filter((row) => row.client === client)
      .map((row) => row.operation),
  )
  const missing = OPERATIONS.filter((operation) => !done.has(operation))
  for (const operation of missing) appendFileSync(file, `${JSON.stringify({ client, operation, result, why })}\n`)
}

/** Whether some client reported a failure. */
export function hasFailed(file) {
  return readResults(file).some(({ result }) => result === 'failed')
}

/** What became of a client's operations, in a few words. */
export function tally(file, client) {
  return counted(readResults(file).filter((row) => row.client === client))
}

/** Prints the table and what it cannot hold; tells whether all is well. */
export function summarize(file, requireAll) {
  const clients = [...new Set(readResults(file).map(({ client }) => client))].sort()
  for (const client of clients) addMissing(file, client, 'failed', 'it reported nothing of it')
  const rows = readResults(file)
  console.log('')
  printTable(clients, rows)
  printReasons('Remarks', ofResult(rows, 'passed'))
  printReasons('NOT RUN', ofResult(rows, 'not run'))
  printReasons('FAILED', ofResult(rows, 'failed'))
  console.log(`\n${counted(rows)}`)
  const missing = clients.filter((client) => rows.every((row) => row.client !== client || row.result === 'not run'))
  if (missing.length > 0 && requireAll)
    console.log('A client that was not run is a failure here (--require-all, or CI).')
  return rows.length > 0 && ofResult(rows, 'failed').length === 0 && !(missing.length > 0 && requireAll)
}

function counted(rows) {
  return Object.keys(MARKS)
    .map((result) => `${ofResult(rows, result).length} ${result}`)
    .join(', ')
}

function ofResult(rows, result) {
  return rows.filter((row) => row.result === result)
}

function readResults(file) {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

/** One row a client; the names of operations that are two words stand in two lines. */
function printTable(clients, rows) {
  const marks = new Map(rows.map(({ client, operation, result }) => [`${client}\n${operation}`, MARKS[result]]))
  const names = OPERATIONS.map((name) => name.split(' '))
  const widths = names.map((words) => Math.max(...words.map((word) => word.length)))
  const first = Math.max(...clients.map((client) => client.length), 0)
  const line = (name, cells) =>
    console.log(`${name.padEnd(first)}  ${cells.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd())
  const upper = names.map(([one, two]) => (two === undefined ? '' : one))
  const lower = names.map(([one, two]) => two ?? one)
  line('', upper)
  line('', lower)
  for (const client of clients) {
    const cells = OPERATIONS.map((operation) => marks.get(`${client}\n${operation}`) ?? '')
    line(client, cells)
  }
  const legend = Object.entries(MARKS).map(([result, mark]) => `${mark} ${result}`)
  console.log(legend.join('   '))
}

/** One line for each reason, with the clients and operations it holds for. */
function printReasons(title, rows) {
  const operations = new Map() // by reason and client
  for (const { client, operation, why } of rows.filter(({ why }) => why)) {
    const reason = why.replaceAll(/\s+/g, ' ').slice(0, MAX_REASON_CHARACTERS)
    append(operations, `${reason}\n${client}`, operation)
  }
  const clients = new Map() // by reason and operations
  for (const [key, names] of operations) {
    const [reason, client] = key.split('\n')
    append(clients, `${reason}\n${names.length === OPERATIONS.length ? 'all' : names.join(', ')}`, client)
  }
  if (clients.size > 0) console.log(`\n${title}`)
  for (const [key, names] of clients) {
    const [reason, which] = key.split('\n')
    console.log(`  ${names.sort().join('; ')}\n    ${which}: ${reason}`)
  }
}

function append(lists, key, value) {
  lists.set(key, [...(lists.get(key) ?? []), value])
}
