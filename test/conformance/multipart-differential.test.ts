import busboy from 'busboy'
import { Response } from 'undici'
import { expect, test } from 'vitest'
import { PosternError } from '../../src/base/known-errors.ts'
import { parseBoundary } from '../../src/multipart/boundary.ts'
import { readEntries } from '../../src/multipart/read-entries.ts'
import { BOUNDARY, chunksOf, contentOf, formOf } from '../fixtures/forms/bodies.ts'
import { capturedForms } from '../fixtures/forms/captured.ts'
import { HAZARDS } from '../fixtures/forms/hazards.ts'

/** What a reader makes of a body: its entries, content as one character a byte, or a refusal. */
type Reading = readonly { name: string | undefined; filename: string | undefined; content: string }[] | 'refused'

interface Form {
  readonly what: string
  readonly contentType: string
  readonly body: Buffer
}

const boundaries: Record<string, string> = {
  'a boundary in quotes': `multipart/form-data; boundary="${BOUNDARY}"`,
  'a parameter before the boundary': `multipart/form-data; charset=utf-8; boundary=${BOUNDARY}`,
  'a parameter after the boundary': `multipart/form-data; boundary=${BOUNDARY}; charset=utf-8`,
  'an upper-case media type and parameter': `MULTIPART/FORM-DATA; BOUNDARY=${BOUNDARY}`,
  'no boundary': 'multipart/form-data',
  'an empty boundary': 'multipart/form-data; boundary=""',
  'a boundary named twice': `multipart/form-data; boundary=${BOUNDARY}; boundary=other`,
  'a Content-Type sent twice': `multipart/form-data; boundary=${BOUNDARY}, multipart/form-data; boundary=other`,
}

const forms: Form[] = [
  ...HAZARDS.map(({ row, what, body, reading }) => ({
    what: `${row}: ${what}`,
    contentType: `multipart/form-data; boundary=${reading?.boundary ?? BOUNDARY}`,
    body,
  })),
  ...capturedForms().map(({ name, ...form }) => ({ what: name, ...form })),
  ...Object.entries(boundaries).map(([what, contentType]) => ({ what, contentType, body: formOf('hello') })),
]

async function ours({ contentType, body }: Form): Promise<Reading> {
  const entries = []
  try {
    for await (const { name, filename, content } of readEntries(chunksOf(body), parseBoundary(contentType))) {
      entries.push({ name, filename, content: await contentOf(content) })
    }
    return entries
  } catch (error) {
    if (error instanceof PosternError) return 'refused'
    throw error
  }
}

async function undiciReads({ contentType, body }: Form): Promise<Reading> {
  try {
    const form = await new Response(body, { headers: { 'content-type': contentType } }).formData()
    const entries = [...form].map(async ([name, value]) => {
      if (typeof value === 'string') return { name, filename: undefined, content: latin1(value) }
      return { name, filename: value.name, content: Buffer.from(await value.arrayBuffer()).toString('latin1') }
    })
    return await Promise.all(entries)
  } catch {
    return 'refused'
  }
}

function busboyReads({ contentType, body }: Form): Promise<Reading> {
  return new Promise((resolve) => {
    const entries: { name: string | undefined; filename: string | undefined; content: string }[] = []
    let parser: busboy.Busboy
    try {
      parser = busboy({ headers: { 'content-type': contentType }, preservePath: true, defParamCharset: 'utf8' })
    } catch {
      resolve('refused')
      return
    }
    parser.on('field', (name, value) => entries.push({ name, filename: undefined, content: latin1(value) }))
    parser.on('file', (name, stream, { filename }) => {
      const entry = { name, filename, content: '' }
      entries.push(entry)
      stream.on('data', (chunk: Buffer) => {
        entry.content += chunk.toString('latin1')
      })
      stream.on('error', () => resolve('refused'))
    })
    parser.on('error', () => resolve('refused'))
    parser.on('close', () => resolve(entries))
    parser.end(body)
  })
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}

interface Disagreement {
  readonly reader: 'busboy' | 'undici'
  readonly they: string
  readonly why: string
  readonly forms: readonly string[]
}

/**
 * Every form that another reads unlike us, what they do, and why we do not. The sources are the readers' own:
 * busboy 1.6.0, lib/types/multipart.js and lib/utils.js; undici 7, lib/web/fetch/formdata-parser.js.
 */
const disagreements: readonly Disagreement[] = [
  {
    reader: 'busboy',
    they: 'drops what follows a delimiter that is not alone on its line, without a word',
    why: 'The file is cut short and stored as if it were whole. RFC 2046 section 5.1.1 lets only spaces follow a delimiter, so we refuse.',
    forms: formsOfRow('2b'),
  },
  {
    reader: 'undici',
    they: 'ends at the first "--" after a delimiter, whatever follows',
    why: 'The same silent cut. Its own comment says that it ignores any epilogue; it does not look whether the line ends.',
    forms: ['--x', '-- x', '--\\n'].map(
      (after) => `2b: a delimiter followed by "${after}" is refused, never a silent cut`,
    ),
  },
  {
    reader: 'undici',
    they: 'looks for the boundary alone, without CRLF and hyphens, and refuses content that holds it',
    why: 'RFC 2046 section 5.1.1: a delimiter is CRLF, "--" and the boundary. The source has a TODO there that calls the steps wrong.',
    forms: [
      '2: content that holds the boundary inside a line is kept byte for byte',
      '2: content that holds the boundary after a bare LF is kept byte for byte',
      '2: content that holds the boundary after a bare CR is kept byte for byte',
      '2: content that holds CRLF, two hyphens and a part of the boundary is kept byte for byte',
    ],
  },
  {
    reader: 'busboy',
    they: 'sets no bound to preamble and epilogue',
    why: 'Nobody sends more than a line of either; an attacker would (docs/spec/form-hazards.md section 1, CVE-2024-53981).',
    forms: ['6: one byte more of preamble is refused', '6: one byte more of epilogue is refused'],
  },
  {
    reader: 'undici',
    they: 'sets no bound to preamble and epilogue',
    why: 'It has the whole body in memory before it begins, so a bound would save it nothing.',
    forms: ['6: one byte more of preamble is refused', '6: one byte more of epilogue is refused'],
  },
  {
    reader: 'busboy',
    they: 'takes a delimiter followed by spaces for no delimiter, and drops the entry behind it',
    why: 'RFC 2046 section 5.1.1 says that gateways may add such spaces and that a reader must pass over them.',
    forms: ['7: spaces and tabs may follow a delimiter', '7: also 1 KiB of them'],
  },
  {
    reader: 'undici',
    they: 'refuses spaces after a delimiter',
    why: 'It follows the browser draft, which reads only what browsers write. RFC 2046 section 5.1.1 allows them.',
    forms: ['7: spaces and tabs may follow a delimiter', '7: also 1 KiB of them'],
  },
  {
    reader: 'busboy',
    they: 'drops an entry without a usable Content-Disposition, without a word',
    why: 'RFC 7578 section 4.2 asks every entry for one. Whoever sent the entry meant something by it, so we say that it was not understood.',
    forms: [
      '10: an entry without Content-Disposition is refused',
      '10: a disposition that is not form-data is refused',
      '10: a disposition that only begins like form-data is refused',
      '10: an entry with an empty bare name is refused',
    ],
  },
  {
    reader: 'busboy',
    they: 'gives an entry without a name out, its name undefined',
    why: 'RFC 7578 section 4.2: the name is required. An undefined name crashed its users (docs/spec/form-hazards.md section 1, CVE-2025-48997).',
    forms: [
      '10: an entry without a name is refused',
      '10: an entry with an empty name is refused',
      '10: an entry whose name is only extended is refused',
    ],
  },
  {
    reader: 'undici',
    they: 'allows an empty name, and decodes name* into a name',
    why: 'A field of a form has a name that OSS knows; RFC 7578 section 4.2 forbids the extended notation in forms.',
    forms: [
      '10: an entry with an empty name is refused',
      '10: an entry with an empty bare name is refused',
      '10: an entry whose name is only extended is refused',
    ],
  },
  {
    reader: 'busboy',
    they: 'takes the first of two names or headers',
    why: 'undici takes the last: where two readers differ, a policy is judged on one name and applied to another. We refuse both.',
    forms: [
      '10: an entry with two names is refused',
      '10: two Content-Dispositions is refused',
      '10: two Content-Types is refused',
    ],
  },
  {
    reader: 'undici',
    they: 'takes the last of two names or headers',
    why: 'As above, seen from the other side.',
    forms: [
      '10: an entry with two names is refused',
      '10: two Content-Dispositions is refused',
      '10: two Content-Types is refused',
    ],
  },
  {
    reader: 'undici',
    they: 'removes spaces around the name of a header',
    why: 'RFC 9112 section 5.1 forbids the space before the colon, and a line that begins with a space continues the one before.',
    forms: ['10: a space before the colon is refused', '21: a first header that begins with a space'],
  },
  {
    reader: 'busboy',
    they: 'does not tell an empty filename from none',
    why: 'It tests the parameter for truth. We keep the difference: S3 puts an empty filename into the key, and leaves the key be where there is none.',
    forms: ['12: a file with an empty filename and type', 'chromium-no-file-chosen'],
  },
  {
    reader: 'busboy',
    they: 'decodes filename*, and drops an entry whose filename* it cannot decode, without a word',
    why: 'RFC 7578 section 4.2 forbids filename* in forms. We note that it is there and never decode it.',
    forms: [
      '13: filename* on the file is refused as OSS refuses it',
      '13: S3 passes over filename*, and it is never decoded',
      '13: filename* on a field means nothing',
    ],
  },
  {
    reader: 'undici',
    they: 'decodes filename*, and refuses the form where it cannot',
    why: 'decodeURIComponent throws. As above: we never decode it, and only OSS refuses the file for it.',
    forms: [
      '13: filename* on the file is refused as OSS refuses it',
      '13: also in pieces, as RFC 2231 has it',
      '13: S3 passes over filename*, and it is never decoded',
      '13: filename* on a field means nothing',
    ],
  },
  {
    reader: 'undici',
    they: 'turns %22, %0D and %0A in names back into a quote, CR and LF, and leaves backslashes as they are',
    why: 'A reader cannot know who escaped: to curl and Go "%22" is three characters. OSS keeps names as sent, as far as is known; a CR or LF in a key is nothing to want.',
    forms: [
      '14: %22 is kept as browsers send it',
      'chromium-fetch',
      'chromium-html-form',
      'curl',
      'node-fetch',
      'node-form-data',
      'python-aiohttp',
      'python-httpx',
      'python-requests',
    ],
  },
  {
    reader: 'undici',
    they: 'refuses a quote behind a backslash',
    why: 'It ends a quoted string at the first quote, as browsers write it. RFC 9110 section 5.6.4, curl before 7.81 and Go escape with backslashes.',
    forms: ['14: a backslash and a quote are a quote', 'curl-form-escape', 'go'],
  },
  {
    reader: 'busboy',
    they: 'takes a backslash at the end of a quoted name for an escape, misses the closing quote, and drops the entry without a word',
    why: 'Browsers escape no backslash, so a file named `back\\` is lost. A backslash before the quote that ends the header is itself to us.',
    forms: [
      'chromium-file-name-ends-in-backslash',
      'chromium-fetch',
      'chromium-html-form',
      'curl',
      'node-fetch',
      'node-form-data',
      'python-requests',
    ],
  },
  {
    reader: 'busboy',
    they: 'puts U+FFFD where a name or a value is not UTF-8, and drops a file whose name ends in a backslash',
    why: 'A key that differs from what was sent helps nobody. The value is refused by readForm, which is not compared here.',
    forms: [
      '14: a name that is not UTF-8 is refused',
      '14: a value that is not UTF-8 is refused',
      'chromium-latin1-form',
    ],
  },
  {
    reader: 'undici',
    they: 'puts U+FFFD where a name or a value is not UTF-8',
    why: 'As above.',
    forms: [
      '14: a name that is not UTF-8 is refused',
      '14: a value that is not UTF-8 is refused',
      'chromium-latin1-form',
    ],
  },
  {
    reader: 'undici',
    they: 'lets a NUL stand in a header',
    why: 'RFC 9110 section 5.5 calls it dangerous, and no file system has it in a name.',
    forms: ['15: a NUL in a file name is refused'],
  },
  {
    reader: 'busboy',
    they: 'unfolds folded headers',
    why: 'RFC 9112 section 5.2 deprecates folding and lets a server refuse it. No client we know folds, and two readings of one header are one too many.',
    forms: ['21: a folded header', '21: a header folded with a tab'],
  },
  {
    reader: 'undici',
    they: 'decodes Content-Transfer-Encoding: base64',
    why: 'RFC 7578 section 4.7 deprecates the header, and OSS keeps what it gets (docs/spec/form-hazards.md section 2, row 22).',
    forms: ['22: Content-Transfer-Encoding decodes nothing'],
  },
  {
    reader: 'busboy',
    they: 'decodes a field by the charset that it claims',
    why: 'RFC 7578 section 5.1.2 allows that; OSS knows UTF-8 only, and a value must mean the same to every reader of the form.',
    forms: ['23: a charset changes nothing: text is UTF-8'],
  },
  {
    reader: 'busboy',
    they: 'allows an empty boundary',
    why: 'RFC 2046 section 5.1.1: a boundary has 1 to 70 characters. With none, every line that begins with "--" is a delimiter.',
    forms: ['an empty boundary'],
  },
  {
    reader: 'undici',
    they: 'allows an empty boundary',
    why: 'As above.',
    forms: ['an empty boundary'],
  },
  {
    reader: 'busboy',
    they: 'takes the first of two boundaries',
    why: 'A gateway before us may have taken the other, and have seen another form. We refuse.',
    forms: ['a boundary named twice'],
  },
  {
    reader: 'undici',
    they: 'takes the first of two boundaries',
    why: 'As above.',
    forms: ['a boundary named twice'],
  },
]

function formsOfRow(wanted: string): string[] {
  return HAZARDS.filter(({ row }) => row === wanted).map(({ row, what }) => `${row}: ${what}`)
}

const readers = { busboy: busboyReads, undici: undiciReads }

test.each(
  Object.entries(readers).flatMap(([reader, read]) => forms.map((form) => ({ reader, read, form, what: form.what }))),
)('$reader reads as we do, or it is said why not: $what', async ({ reader, read, form, what }) => {
  const explained = disagreements.filter((one) => one.reader === reader && one.forms.includes(what))
  const [theirs, mine] = [await read(form), await ours(form)]
  if (explained.length === 0) expect(theirs).toEqual(mine)
  else expect(theirs, `this is said to differ: ${reader} ${explained[0]?.they}`).not.toEqual(mine)
})

test('every explanation is of a form that is compared', () => {
  const compared = forms.map(({ what }) => what)
  expect(new Set(compared).size).toBe(compared.length)
  expect(compared).toEqual(expect.arrayContaining(disagreements.flatMap((one) => one.forms)))
})
