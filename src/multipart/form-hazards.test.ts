import { expect, test } from 'vitest'
import {
  BOUNDARY,
  bodyOf,
  bytesOf,
  chunksOf,
  field,
  fileEntry,
  type Outcome,
  outcomeOf,
  type Reading,
} from '../../test/fixtures/forms/bodies.ts'

/** The rows of docs/spec/form-hazards.md section 2 that concern the reader. 8 and 9 are in boundary.test.ts. */
interface Hazard {
  readonly row: string
  readonly what: string
  readonly body: Buffer
  readonly reading?: Reading
  readonly expected: Partial<Outcome>
}

const DELIMITER = `\r\n--${BOUNDARY}`
const MALFORMED = { refused: 'form-malformed' }
const ENTRY_MALFORMED = { refused: 'entry-malformed' }
const DISPOSITION = 'Content-Disposition: form-data; name="file"'

const fileOf = (content: string) => bodyOf(field('key', 'a'), fileEntry(content))
const withHeaders = (headers: string) => bodyOf(field('key', 'a'), `${headers}\r\n\r\nhello`)
const lfOnly = (body: Buffer) => Buffer.from(body.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')

const contents: Record<string, string> = {
  'the boundary inside a line': `a --${BOUNDARY}-- b`,
  'the boundary after a bare LF': `a\n--${BOUNDARY}--\r\nb`,
  'the boundary after a bare CR': `a\r--${BOUNDARY}--\r\nb`,
  'CRLF and one hyphen': 'a\r\n-b\r\n-',
  'CRLF, two hyphens and a part of the boundary': `a${DELIMITER.slice(0, -1)}\r\n--${BOUNDARY.slice(1)}`,
  'a delimiter begun twice': `${DELIMITER.slice(0, 9)}${DELIMITER.slice(0, -1)}`,
  '64 KiB of CRLF and hyphens': '\r\n--'.repeat(16 * 1024),
  'a CR at its end': 'a\r',
  'a CRLF at its end': 'a\r\n',
  'nothing but CRs': '\r\r\r',
  'NUL and every other byte': String.fromCharCode(...Array(128).keys()),
  'nothing at all (row 19)': '',
}

const hazards: Hazard[] = [
  ...Object.entries(contents).map(([what, content]) => ({
    row: '2',
    what: `content that holds ${what} is kept byte for byte`,
    body: fileOf(content),
    expected: { content },
  })),
  ...['x', ' x', '-', '-x', '--x', '-- x', '\r', '\rx', '\n', '\t\n', '--\n', '\0', ' '.repeat(1025)].map((after) => ({
    row: '2b',
    what: `a delimiter followed by ${JSON.stringify(after.slice(0, 9))} is refused, never a silent cut`,
    body: fileOf(`a${DELIMITER}${after}\r\nb`),
    expected: MALFORMED,
  })),
  { row: '3', what: 'an empty body is refused', body: bytesOf(), expected: MALFORMED },
  {
    row: '3',
    what: 'a body of another boundary is refused',
    body: fileOf('a'),
    reading: { boundary: 'other' },
    expected: MALFORMED,
  },
  { row: '4', what: 'the last delimiter needs no CRLF', body: fileOf('a').subarray(0, -2), expected: { content: 'a' } },
  { row: '5', what: 'LF alone ends no line', body: lfOnly(fileOf('a')), expected: MALFORMED },
  { row: '5', what: 'LF alone ends no header', body: withHeaders(`${DISPOSITION}\nX: y`), expected: ENTRY_MALFORMED },
  {
    row: '5',
    what: 'a bare CR is no part of a header',
    body: withHeaders(`${DISPOSITION}\rX`),
    expected: ENTRY_MALFORMED,
  },
  {
    row: '6',
    what: 'a line end before the first delimiter',
    body: bytesOf('\r\n', fileOf('a')),
    expected: { content: 'a' },
  },
  {
    row: '6',
    what: '1 KiB of preamble is passed over',
    body: bytesOf('-'.repeat(1024), '\r\n', fileOf('a')),
    expected: { content: 'a' },
  },
  {
    row: '6',
    what: 'one byte more is refused',
    body: bytesOf('-'.repeat(1025), '\r\n', fileOf('a')),
    expected: MALFORMED,
  },
  {
    row: '6',
    what: '64 KiB of epilogue are passed over, whatever they hold',
    body: bytesOf(
      fileOf('a'),
      bodyOf(fileEntry('b'))
        .toString()
        .padEnd(64 * 1024, '-'),
    ),
    expected: { content: 'a' },
  },
  {
    row: '6',
    what: 'one byte more is refused',
    body: bytesOf(fileOf('a'), '-'.repeat(64 * 1024 + 1)),
    expected: MALFORMED,
  },
  {
    row: '7',
    what: 'spaces and tabs may follow a delimiter',
    body: Buffer.from(
      fileOf('a').toString('latin1').replaceAll(`${BOUNDARY}\r`, `${BOUNDARY} \t\r`).replace('--\r\n', '-- \t\r\n'),
    ),
    expected: { content: 'a' },
  },
  {
    row: '7',
    what: 'also 1 KiB of them',
    body: fileOf(`a${DELIMITER}${' '.repeat(1024)}\r\n${field('b', 'c')}`),
    expected: { content: 'a' },
  },
  ...[
    ['an entry without headers', ''],
    ['an entry without Content-Disposition', 'Content-Type: text/plain'],
    ['a disposition that is not form-data', 'Content-Disposition: attachment; name="file"'],
    ['a disposition that only begins like form-data', 'Content-Disposition: form-data-x; name="file"'],
    ['an entry without a name', 'Content-Disposition: form-data'],
    ['an entry with an empty name', 'Content-Disposition: form-data; name=""'],
    ['an entry with an empty bare name', 'Content-Disposition: form-data; name='],
    ['an entry with two names', `${DISPOSITION}; name="key"`],
    ['an entry whose name is only extended', "Content-Disposition: form-data; name*=utf-8''file"],
    ['two Content-Dispositions', `${DISPOSITION}\r\ncontent-disposition: form-data; name="key"`],
    ['two Content-Types', `${DISPOSITION}\r\nContent-Type: a/b\r\nContent-Type: c/d`],
    ['a header without a colon', `${DISPOSITION}\r\n${'a'.repeat(9000)}`],
    ['a header without a name', `${DISPOSITION}\r\n: text/plain`],
    ['a space before the colon', 'Content-Disposition : form-data; name="file"'],
  ].map(([what = '', headers = '']) => ({
    row: '10',
    what: `${what} is refused`,
    body: withHeaders(headers),
    expected: ENTRY_MALFORMED,
  })),
  {
    row: '10',
    what: 'OSS wants Content-Disposition before any other header',
    body: withHeaders(`Content-Type: text/plain\r\n${DISPOSITION}`),
    expected: ENTRY_MALFORMED,
  },
  {
    row: '10',
    what: 'S3 does not',
    body: withHeaders(`Content-Type: text/plain\r\n${DISPOSITION}`),
    reading: { dialect: 's3' },
    expected: { content: 'hello', contentType: 'text/plain' },
  },
  {
    row: '11',
    what: 'a field with a filename is still a field',
    body: bodyOf(
      'Content-Disposition: form-data; name="key"; filename="key"\r\nX-Any: header\r\n\r\na',
      fileEntry('b'),
    ),
    expected: { fields: { key: 'a' }, content: 'b' },
  },
  {
    row: '12',
    what: 'a file without filename and type',
    body: withHeaders(DISPOSITION),
    expected: { filename: undefined, contentType: undefined, content: 'hello' },
  },
  {
    row: '12',
    what: 'a file with an empty filename and type',
    body: withHeaders(`${DISPOSITION}; filename=""\r\nContent-Type:`),
    expected: { filename: '', contentType: undefined },
  },
  {
    row: '13',
    what: 'filename* on the file is refused as OSS refuses it',
    body: withHeaders(`${DISPOSITION}; filename="a"; filename*=UTF-8''%E7%%%`),
    expected: { refused: 'filename-star', facts: { MaxSizeAllowed: '8192', ProposedSize: '5' } },
  },
  {
    row: '13',
    what: 'also in pieces, as RFC 2231 has it',
    body: withHeaders(`${DISPOSITION}; filename*0*=UTF-8''a; filename*1=b`),
    expected: { refused: 'filename-star' },
  },
  {
    row: '13',
    what: 'S3 passes over filename*, and it is never decoded',
    body: withHeaders(`${DISPOSITION}; filename="a"; filename*=UTF-8''%E7%%%`),
    reading: { dialect: 's3' },
    expected: { filename: 'a', content: 'hello' },
  },
  {
    row: '13',
    what: 'filename* on a field means nothing',
    body: bodyOf("Content-Disposition: form-data; name=key; filename*=UTF-8''%\r\n\r\na", fileEntry('b')),
    expected: { fields: { key: 'a' } },
  },
  {
    row: '14',
    what: 'raw UTF-8',
    body: withHeaders(`${DISPOSITION}; filename="照片 😀.png"`),
    expected: { filename: '照片 😀.png' },
  },
  {
    row: '14',
    what: '%22 is kept as browsers send it',
    body: withHeaders(`${DISPOSITION}; filename="%22a%22.png"`),
    expected: { filename: '%22a%22.png' },
  },
  {
    row: '14',
    what: 'a backslash and a quote are a quote',
    body: withHeaders(`${DISPOSITION}; filename="\\"a\\".png"`),
    expected: { filename: '"a".png' },
  },
  {
    row: '14',
    what: 'a name that is not UTF-8 is refused',
    body: bodyOf(bytesOf(`${DISPOSITION}; filename="`, new Uint8Array([0xe9]), '"\r\n\r\n')),
    expected: ENTRY_MALFORMED,
  },
  {
    row: '14',
    what: 'a value that is not UTF-8 is refused',
    body: bodyOf(bytesOf(field('key', ''), new Uint8Array([0xc0, 0x80])), fileEntry('')),
    expected: ENTRY_MALFORMED,
  },
  {
    row: '15',
    what: 'a file name that looks like a path is text',
    body: withHeaders(`${DISPOSITION}; filename="C:\\..\\../etc/passwd%00"`),
    expected: { filename: 'C:\\..\\../etc/passwd%00' },
  },
  {
    row: '15',
    what: 'a NUL in a file name is refused',
    body: withHeaders(`${DISPOSITION}; filename="a\0.png"`),
    expected: ENTRY_MALFORMED,
  },
  {
    row: '17',
    what: 'a field that occurs twice',
    body: bodyOf(field('key', 'a'), field('key', 'a'), fileEntry('')),
    expected: { refused: 'field-repeated' },
  },
  {
    row: '17',
    what: 'also in another case',
    body: bodyOf(field('key', 'a'), field('KEY', 'b'), fileEntry('')),
    expected: { refused: 'field-repeated' },
  },
  {
    row: '17',
    what: 'a letter that only looks like another is another field',
    body: bodyOf(field('key', 'a'), field('\u212Aey', 'b'), fileEntry('')),
    expected: { fields: { key: 'a', '\u212Aey': 'b' } },
  },
  {
    row: '18',
    what: 'two files',
    body: bodyOf(fileEntry('a'), fileEntry('b')),
    expected: { refused: 'file-repeated' },
  },
  {
    row: '18',
    what: 'two files, the second in another case',
    body: bodyOf(fileEntry('a'), field('FILE', 'b')),
    expected: { refused: 'file-repeated' },
  },
  {
    row: '18',
    what: 'a field after the file is passed over',
    body: bodyOf(fileEntry('a'), field('key', 'b')),
    expected: { fields: {}, content: 'a' },
  },
  {
    row: '18',
    what: 'a field after the file is refused where the store is strict',
    body: bodyOf(fileEntry('a'), field('key', 'b')),
    reading: { strict: true },
    expected: { refused: 'field-after-file' },
  },
  { row: '18', what: 'no file', body: bodyOf(field('key', 'a')), expected: { refused: 'file-missing' } },
  { row: '18', what: 'a form of no entry', body: bodyOf(), expected: { refused: 'file-missing' } },
  {
    row: '20',
    what: 'names that JavaScript gives a meaning are names',
    body: bodyOf(field('constructor', 'a'), field('toString', 'b'), fileEntry('')),
    expected: { fields: { constructor: 'a', tostring: 'b' } },
  },
  {
    row: '21',
    what: 'a folded header',
    body: withHeaders(`${DISPOSITION}\r\n ; filename="a"`),
    expected: ENTRY_MALFORMED,
  },
  {
    row: '21',
    what: 'a header folded with a tab',
    body: withHeaders(`${DISPOSITION}\r\n\t; filename="a"`),
    expected: ENTRY_MALFORMED,
  },
  {
    row: '21',
    what: 'a first header that begins with a space',
    body: withHeaders(` ${DISPOSITION}`),
    expected: ENTRY_MALFORMED,
  },
  {
    row: '22',
    what: 'Content-Transfer-Encoding decodes nothing',
    body: withHeaders(`${DISPOSITION}\r\nContent-Transfer-Encoding: base64`),
    expected: { content: 'hello' },
  },
  {
    row: '23',
    what: 'a charset changes nothing: text is UTF-8',
    body: bodyOf(
      field('_charset_', 'iso-8859-1'),
      'Content-Disposition: form-data; name="x"\r\nContent-Type: text/plain; charset=latin1\r\n\r\né',
      fileEntry(''),
    ),
    expected: { fields: { _charset_: 'iso-8859-1', x: 'é' } },
  },
  ...[
    'Content-Type: a/b',
    'Content-Length: 5',
    'Content-Transfer-Encoding: binary',
    'Content-Type: a/b\r\nX-Any: header',
  ].map((header) => ({
    row: 'post-object.md 2',
    what: `a file with ${JSON.stringify(header)} after its Content-Disposition`,
    body: withHeaders(`content-disposition: FORM-DATA; NAME=file\r\n${header}`),
    expected: { content: 'hello' },
  })),
  {
    row: 'post-object.md 2',
    what: 'another header after Content-Disposition of the file is refused as OSS refuses it',
    body: withHeaders(`${DISPOSITION}\r\nX-Any: header\r\nContent-Type: text/plain`),
    expected: { refused: 'file-header-unknown' },
  },
  {
    row: 'post-object.md 2',
    what: 'but not by S3',
    body: withHeaders(`${DISPOSITION}\r\nX-Any: header`),
    reading: { dialect: 's3' },
    expected: { content: 'hello' },
  },
]

const chunkings = [
  { chunks: 'in one chunk', sizes: [] },
  { chunks: 'byte by byte', sizes: [1] },
  { chunks: 'in uneven chunks', sizes: [3, 41, 1, 7] },
]

test.each(hazards.flatMap((hazard) => chunkings.map((chunking) => ({ ...hazard, ...chunking }))))(
  'row $row: $what, $chunks',
  async ({ body, reading, expected, sizes }) => {
    expect(await outcomeOf(chunksOf(body, sizes), reading)).toMatchObject(expected)
  },
)

test('row 1: a body cut in two at any byte is read as the same form', async () => {
  const body = fileOf(`one\r\n--two${DELIMITER.slice(0, -1)}`)
  const whole = await outcomeOf(chunksOf(body))
  for (let cut = 1; cut < body.length; cut++) {
    expect(await outcomeOf(chunksOf(body, [cut, body.length])), `cut at ${cut}`).toEqual(whole)
  }
})

test('row 3: a body that ends anywhere before its last delimiter is refused', async () => {
  const body = fileOf('hello')
  const end = body.length - '\r\n'.length
  for (let length = 0; length < end; length++) {
    expect(await outcomeOf(chunksOf(body.subarray(0, length))), `after ${length} bytes`).toMatchObject(MALFORMED)
  }
  expect(await outcomeOf(chunksOf(body.subarray(0, end)))).toMatchObject({ content: 'hello' })
})
