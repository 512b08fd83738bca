// What the clients of `npm run conformance` reported, and the table it becomes. A report is a line of JSON:
// {"client": "oss2 V4 (Python)", "operation": "append", "result": "passed", "why": "…"}; result is passed, failed or not run.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** The same as in test/conformance/clients/results.ts. */
const OPERATIONS = [
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
]
const MARKS = { passed: '✓', failed: '✗', 'not run': '–' }
const MAX_REASON_CHARACTERS = 300

export function record(file, result) {
  appendFileSync(file, `${JSON.stringify(result)}\n`)
}

/** Reports the operations of which a client said nothing. */
export function addMissing(file, client, result, why) {
  const done = new Set(
    readResults(file)
      .filter((row) => row.client === client)
      .map((row) => row.operation),
  )
  for (const operation of OPERATIONS) if (!done.has(operation)) record(file, { client, operation, result, why })
}

/** Prints the table and what it cannot hold; tells whether all is well. */
export function summarize(file, requireAll) {
  const clients = [...new Set(readResults(file).map(({ client }) => client))]
  for (const client of clients) addMissing(file, client, 'failed', 'it reported nothing of it')
  const rows = readResults(file)
  console.log('')
  printTable(clients, rows)
  const passed = rows.filter(({ result }) => result === 'passed')
  const failed = rows.filter(({ result }) => result === 'failed')
  const notRun = rows.filter(({ result }) => result === 'not run')
  printReasons('Remarks', passed)
  printReasons('NOT RUN', notRun)
  printReasons('FAILED', failed)
  console.log(`\n${passed.length} passed, ${failed.length} failed, ${notRun.length} not run`)
  if (notRun.length > 0 && requireAll) console.log('What was not run counts as a failure here (--require-all, or CI).')
  return failed.length === 0 && passed.length > 0 && !(requireAll && notRun.length > 0)
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
  line(
    '',
    names.map(([one, two]) => (two === undefined ? '' : one)),
  )
  line(
    '',
    names.map(([one, two]) => two ?? one),
  )
  for (const client of clients)
    line(
      client,
      OPERATIONS.map((name) => marks.get(`${client}\n${name}`) ?? ''),
    )
  console.log(
    Object.entries(MARKS)
      .map(([result, mark]) => `${mark} ${result}`)
      .join('   '),
  )
}

/** One line for each client and reason, with the operations it holds for. */
function printReasons(title, rows) {
  const groups = new Map()
  for (const { client, operation, why } of rows) {
    if (!why) continue
    const reason = why.replaceAll(/\s+/g, ' ').slice(0, MAX_REASON_CHARACTERS)
    const group = `${client}\n${reason}`
    groups.set(group, [...(groups.get(group) ?? []), operation])
  }
  if (groups.size === 0) return
  console.log(`\n${title}`)
  for (const [group, operations] of groups) {
    const [client, reason] = group.split('\n')
    const which = operations.length === OPERATIONS.length ? '' : `: ${operations.join(', ')}`
    console.log(`  ${client}${which}: ${reason}`)
  }
}
