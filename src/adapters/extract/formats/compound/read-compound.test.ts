import CFB from 'cfb'
import { utils, write } from '@e965/xlsx'
import { expect, test } from 'vitest'
import { readDocument } from '../read-document.ts'

const read = (bytes: Buffer, fileName = 'a.bin') => readDocument({ bytes, fileName, maxTextChars: 100_000 })

test('an old workbook shows its cells as they are shown, by its content and not by its name', async () => {
  const sheet = utils.aoa_to_sheet([
    ['item', 'price'],
    ['desk', 1234.5],
  ])
  sheet['B2'] = { t: 'n', v: 1234.5, z: '#,##0.00' }
  const book = utils.book_new()
  utils.book_append_sheet(book, sheet, 'Prices')
  const bytes = Buffer.from(write(book, { type: 'buffer', bookType: 'biff8' }) as Uint8Array)
  const { text, mediaType } = await read(bytes, 'prices.doc')
  expect(mediaType).toBe('application/vnd.ms-excel')
  expect(text).toBe('## Prices\n\n| item | price |\n| --- | --- |\n| desk | 1,234.50 |')
})

test('an old presentation gives titles, texts and notes slide by slide', async () => {
  const slides = [outline(256, 'Plan', 'First point'), outline(257, 'Costs', 'Nine hundred')]
  const list = container(0x0ff0, 0, Buffer.concat(slides))
  const noteText = Buffer.concat([
    atom(0x03f1, u32(257, 0)),
    atom(0x0f9f, u32(2)),
    atom(0x0fa8, Buffer.from('say it slowly', 'latin1')),
  ])
  const stream = Buffer.concat([
    container(0x03e8, 0, list),
    container(0x03ee, 0, Buffer.alloc(0)),
    container(0x03f0, 0, noteText),
  ])
  const { text, pages } = await read(
    compound({ 'PowerPoint Document': stream, 'Current User': Buffer.alloc(24) }),
  )
  expect(text).toBe('## Plan\n\nFirst point\n\n## Costs\n\nNine hundred\n\nsay it slowly')
  expect(pages.map(({ number }) => number)).toEqual([1, 2])
})

test('an Outlook message gives its subject and body', async () => {
  const utf16 = (text: string) => Buffer.from(text, 'utf16le')
  const { text } = await read(
    compound({
      '__properties_version1.0': Buffer.alloc(32),
      '__substg1.0_0037001F': utf16('Rent'),
      '__substg1.0_1000001F': utf16('It is due.'),
      '__substg1.0_0C1A001F': utf16('Ann'),
    }),
  )
  expect(text).toBe('# Rent\n\nFrom: Ann\n\nIt is due.')
})

test('a document behind a password is told as that', async () => {
  const sealed = compound({ EncryptedPackage: Buffer.alloc(64), EncryptionInfo: Buffer.alloc(64) })
  await expect(read(sealed)).rejects.toMatchObject({ failure: 'protected' })
})

test('an unknown compound file is unsupported, a broken one damaged', async () => {
  await expect(read(compound({ Something: Buffer.alloc(64) }))).rejects.toMatchObject({
    failure: 'unsupported',
  })
  const broken = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600, 0xfe)])
  await expect(read(broken)).rejects.toMatchObject({ failure: 'damaged' })
})

function compound(streams: Record<string, Buffer>): Buffer {
  const container = CFB.utils.cfb_new()
  for (const [name, content] of Object.entries(streams)) CFB.utils.cfb_add(container, `/${name}`, content)
  return Buffer.from(CFB.write(container, { type: 'buffer' }) as Uint8Array)
}

function outline(slide: number, title: string, body: string): Buffer {
  return Buffer.concat([
    atom(0x03f3, u32(0, 0, 2, slide, 0)),
    atom(0x0f9f, u32(0)),
    atom(0x0fa8, Buffer.from(title, 'latin1')),
    atom(0x0f9f, u32(1)),
    atom(0x0fa0, Buffer.from(body, 'utf16le')),
  ])
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => bytes.writeUInt32LE(value, i * 4))
  return bytes
}

function atom(type: number, content: Buffer): Buffer {
  return record(0, type, content)
}

function container(type: number, instance: number, content: Buffer): Buffer {
  return record((instance << 4) | 0xf, type, content)
}

function record(head: number, type: number, content: Buffer): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(head, 0)
  bytes.writeUInt16LE(type, 2)
  bytes.writeUInt32LE(content.length, 4)
  return Buffer.concat([bytes, content])
}
