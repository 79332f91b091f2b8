import { expect, test } from 'vitest'
import { buildZip } from '../build-zip.fixture.ts'
import { readDocument } from '../read-document.ts'

const read = (bytes: Buffer, fileName = 'a.zip') => readDocument({ bytes, fileName, maxTextChars: 1_000_000 })

test('an archive is read as a folder: each file under its path, headings below it', async () => {
  const zip = buildZip({ 'docs/a.md': '# Title\n\nText.', 'b.csv': 'x,y\n1,2', 'docs/': '' })
  const { text, mediaType } = await read(zip)
  expect(mediaType).toBe('application/zip')
  expect(text).toBe('## docs/a.md\n\n### Title\n\nText.\n\n## b.csv\n\n| x | y |\n| --- | --- |\n| 1 | 2 |')
})

test('a file that cannot be read says why and costs the others nothing', async () => {
  const { text } = await read(buildZip({ 'bad.pdf': '%PDF-1.7', 'good.txt': 'words' }))
  expect(text).toBe(
    '## bad.pdf\n\n(The file is damaged: it cannot be read as a PDF.)\n\n## good.txt\n\nwords',
  )
})

test('paths that lead out of the archive are names and nothing else', async () => {
  const { text } = await read(buildZip({ '../../etc/evil.txt': 'one', '/abs/evil.txt': 'two' }))
  expect(text).toBe('## ../../etc/evil.txt\n\none\n\n## /abs/evil.txt\n\ntwo')
})

test('archives within archives are read to a depth', async () => {
  let zip = buildZip({ 'deep.txt': 'the bottom' })
  for (let i = 0; i < 3; i++) zip = buildZip({ 'in.zip': zip })
  expect((await read(zip)).text).toContain('the bottom')
  for (let i = 0; i < 6; i++) zip = buildZip({ 'in.zip': zip })
  const { text } = await read(zip)
  expect(text).toContain('documents deep')
  expect(text).not.toContain('the bottom')
})

test('an archive that unpacks to too much is refused, however it is nested', async () => {
  const inner = buildZip({ 'zeros.txt': 'a '.repeat(20 * 2 ** 20) })
  const parts = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i}.zip`, inner]))
  await expect(read(buildZip(parts))).rejects.toMatchObject({ failure: 'too_large' })
})

test('an archive of more files than anybody reads is refused', async () => {
  const parts = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`${i}.txt`, 'x']))
  await expect(read(buildZip(parts))).rejects.toMatchObject({ failure: 'too_large' })
})

test('messages of a mailbox follow each other, and a line that was quoted is as it was', async () => {
  const message = (subject: string, body: string) =>
    `From ann@example.com Mon Jan  5 10:00:00 2026\nFrom: ann@example.com\nSubject: ${subject}\n\n${body}\n\n`
  const mailbox = message('First', 'one') + message('Second', '>From here on')
  const { text, mediaType } = await read(Buffer.from(mailbox), 'any.name')
  expect(mediaType).toBe('application/mbox')
  expect(text).toContain('# First')
  expect(text).toContain('# Second')
  expect(text).toContain('\n\nFrom here on')
})
