import ExcelJS from 'exceljs'
import { describe, expect, test } from 'vitest'
import type { ExtractionFailure } from '../port.ts'
import { buildPdf as pdf } from './build-pdf.fixture.ts'
import { buildDocx, buildZip } from './build-zip.fixture.ts'
import { readDocument } from './read-document.ts'

describe('formats', () => {
  test('a Word document keeps headings, lists and tables', async () => {
    const cell = (text: string) => `<w:tc><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:tc>`
    const row = (...cells: string[]) => `<w:tr>${cells.map(cell).join('')}</w:tr>`
    const heading = '<w:p><w:pPr><w:pStyle w:val="Heading2"/></w:pPr><w:r><w:t>Leave</w:t></w:r></w:p>'
    const table = `<w:tbl>${row('Country', 'Days')}${row('Spain', '22')}</w:tbl>`
    const { text, blocks } = await read('handbook.docx', buildDocx(heading + table))
    expect(text).toBe('## Leave\n\n| Country | Days |\n| --- | --- |\n| Spain | 22 |')
    expect(blocks.map((block) => block.kind)).toEqual(['heading', 'table'])
    const [, found] = blocks
    expect(found?.kind === 'table' && text.slice(found.start, found.headerEnd)).toBe(
      '| Country | Days |\n| --- | --- |',
    )
  })

  test('a workbook shows numbers, dates and percentages as its reader sees them', async () => {
    const workbook = new ExcelJS.Workbook()
    const sheet = workbook.addWorksheet('Prices')
    sheet.addRow(['item', 'since', 'price', 'vat'])
    sheet.addRow(['desk', new Date(Date.UTC(2024, 4, 31)), 0.1 + 0.2, 0.195])
    sheet.getCell('B2').numFmt = 'yyyy-mm-dd'
    sheet.getCell('D2').numFmt = '0.0%'
    const { text } = await read('prices.xlsx', Buffer.from(await workbook.xlsx.writeBuffer()))
    expect(text).toBe(
      '## Prices\n\n| item | since | price | vat |\n| --- | --- | --- | --- |\n| desk | 2024-05-31 | 0.3 | 19.5% |',
    )
  })

  test('PDF text knows its page', async () => {
    const { text, pages } = await read('two.pdf', pdf('The first page', 'The second page'))
    expect(pages.map(({ number, start, end }) => [number, text.slice(start, end)])).toEqual([
      [1, expect.stringContaining('The first page')],
      [2, expect.stringContaining('The second page')],
    ])
  })

  test('HTML gives what is shown, without scripts, hidden parts, comments or addresses', async () => {
    const html = `<html><head><title>A &amp; B</title><style>p{}</style></head><body><h1>Rules</h1>
      <p>See <a href="http://example.com/x">the list</a> of <b>all</b> rules.</p><!-- note -->
      <p style="display: none">secret</p><p hidden>secret</p><script>secret()</script>
      <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></body></html>`
    const { text, title, mediaType } = await read('page.txt', html)
    expect(mediaType).toBe('text/html')
    expect(title).toBe('A & B')
    expect(text).toBe('# Rules\n\nSee the list of all rules.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |')
  })

  test('Markdown stays as written, and a # in code is no heading', async () => {
    const { text, blocks } = await read(
      'a.md',
      '# One\n\ntext *as* is\n\n```\n# not a heading\n```\n\n- a\n- b\n',
    )
    expect(text).toContain('text *as* is')
    expect(blocks.map((block) => block.kind)).toEqual(['heading', 'paragraph', 'code', 'list'])
  })

  test.each([
    [';', 'a;b\n1;"x;y"'],
    ['|', 'a|b\n1|x'],
    ['tab', 'a\tb\n1\tx'],
    [',', 'a,b\n1,x'],
  ])('values separated by %s become a table', async (_, csv) => {
    const { blocks, text } = await read('a.csv', csv)
    expect(blocks.map((block) => block.kind)).toEqual(['table'])
    expect(text.startsWith('| a | b |\n| --- | --- |\n| 1 | x')).toBe(true)
  })

  test('a message gives its subject, people, body and what is attached', async () => {
    const mail = [
      'From: Ann <ann@example.com>',
      'To: bob@example.com',
      'Subject: =?utf-8?B?R3LDvMOfZQ==?=',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b\r\n\r\nHello Bob\r\n--b\r\nContent-Disposition: attachment; filename=plan.txt\r\n\r\nthe plan itself\r\n--b--',
    ].join('\r\n')
    const { text, title } = await read('a.eml', mail)
    expect(title).toBe('Grüße')
    expect(text).toBe(
      '# Grüße\n\nFrom: Ann <ann@example.com>\nTo: bob@example.com\n\nHello Bob\n\n## plan.txt\n\nthe plan itself',
    )
  })
})

describe('text', () => {
  test.each([
    ['UTF-16 with its mark', Buffer.from('\ufeffcafé 日本', 'utf16le'), 'café 日本'],
    ['UTF-16 without', Buffer.from('plain café', 'utf16le'), 'plain café'],
    ['Windows-1252', Buffer.from('caf\xe9 \x80', 'latin1'), 'café €'],
    ['UTF-8 with its mark', '\ufeffcafé', 'café'],
    ['NUL bytes', 'before\0after\0 end', 'beforeafter end'],
    ['decomposed letters', 'cafe\u0301', 'café'],
    ['zero-width and direction controls', 'p\u200ba\u202ey\u{e0041}', 'pay'],
    ['old line ends', 'a\r\nb\rc', 'a\nb\nc'],
  ])('%s: stored clean', async (_, bytes, text) => {
    expect((await read('a.txt', bytes)).text).toBe(text)
  })

  test('halves of surrogate pairs are replaced, not taken for another encoding', async () => {
    const { text } = await read('a.txt', Buffer.from('caf\xc3\xa9 \xed\xa0\x80 end', 'latin1'))
    expect(text).toMatch(/^café \ufffd+ end$/)
  })

  test('the language is found, and not guessed from a few letters', async () => {
    expect(
      (await read('a.txt', 'Die Kündigungsfrist beträgt drei Monate zum Ende des Jahres.')).language,
    ).toBe('de')
    expect((await read('a.txt', 'AB-12')).language).toBe('und')
  })

  test.each([
    ['zh', '楊萬里(1127)字廷秀，吉水人。'],
    ['zh', '《A-sh!》11月号，日本小说家组合「Unit Vanilla」成员之一，也写の字。'],
    ['ja', '賃貸借契約は終了します。'],
    ['ko', '계약은 12월에 끝난다.'],
    ['th', 'สัญญาเช่าสิ้นสุด PDF version 2'],
    ['el', 'Η σύμβαση λήγει.'],
    ['hi', 'यह अनुबंध दिसंबर में समाप्त होता है।'],
    ['fa', 'این قرارداد لازم الاجرا است'],
    ['uk', 'Договір набирає чинності з першого січня.'],
    [
      'en',
      'The squadron (Хидропланска ескадрила, serb. 122. hidroplanska eskadrila) was disbanded in the spring of 1941.',
    ],
  ])('the script of most of a text decides first: %s for %s', async (language, text) => {
    expect((await read('a.txt', text)).language).toBe(language)
  })

  test('blocks lie in order without overlap and leave nothing but white space between them', async () => {
    const { text, blocks } = await read('a.md', '# A\n\ntext\n\n| a |\n| - |\n| 1 |\n\n1. x\n2. y\n\nend')
    const between = blocks.map(({ start }, i) => text.slice(blocks[i - 1]?.end ?? 0, start))
    expect(between.join('').trim()).toBe('')
    expect(text.slice(blocks.at(-1)?.end)).toBe('')
  })
})

const entity = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
const paragraph = '<w:p><w:r><w:t>&x;</w:t></w:r></w:p>'

test.each<[string, string, Buffer | string, ExtractionFailure]>([
  ['an empty file', 'a.docx', '', 'empty'],
  ['a file of blanks', 'a.txt', ' \n\n ', 'no_text'],
  ['a picture', 'a.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'no_text'],
  ['an archive without files', 'a.zip', buildZip({}), 'empty'],
  ['a text of brackets', 'a.json', '['.repeat(1000), 'no_text'],
  [
    'an executable',
    'a.txt',
    Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7) % 256)),
    'unsupported',
  ],
  ['a PDF of one line', 'a.pdf', '%PDF-1.7', 'damaged'],
  ['a cut off document', 'a.docx', buildDocx(paragraph).subarray(0, 300), 'damaged'],
  ['a document that declares entities', 'a.docx', buildDocx(paragraph, entity), 'damaged'],
  ['a document that inflates a thousandfold', 'a.docx', buildDocx(' '.repeat(64 * 2 ** 20)), 'too_large'],
  ['more text than allowed', 'a.txt', 'word '.repeat(30_000), 'too_large'],
  [
    'an encrypted message',
    'a.eml',
    'Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--',
    'protected',
  ],
])('%s fails as what it is', async (_, name, bytes, failure) => {
  await expect(read(name, bytes)).rejects.toMatchObject({ name: 'ExtractionError', failure })
})

test('a part that inflates to more than it declares is refused, whatever it declares', async () => {
  const types = 'wordprocessingml.document.main+xml'
  const lying = buildZip(
    { '[Content_Types].xml': types, 'word/document.xml': ' '.repeat(64 * 2 ** 20) },
    types.length,
  )
  await expect(read('a.docx', lying)).rejects.toMatchObject({ failure: 'damaged' })
})

function read(fileName: string, content: Buffer | string) {
  return readDocument({ bytes: Buffer.from(content), fileName, maxTextChars: 100_000 })
}
