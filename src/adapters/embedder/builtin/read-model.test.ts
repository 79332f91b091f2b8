import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { StartRefused } from '#platform/errors.ts'
import { readModel } from './read-model.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

const words = '[UNK]\nfee\n##s\n'
const sum = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/** Three pieces of four numbers each. */
function sampleTable(): Buffer {
  const table = Buffer.alloc(12 + 3 * 4 + 3 * 4)
  table.write('SEM1')
  table.writeUInt32LE(3, 4)
  table.writeUInt32LE(4, 8)
  for (const [piece, scale] of [0, 0.5, 0.25].entries()) table.writeFloatLE(scale, 12 + piece * 4)
  Buffer.from([0, 0, 0, 0, 1, 2, 3, 255, 127, 129, 0, 0]).copy(table, 24)
  return table
}

type Files = { 'table.bin'?: Buffer; 'vocab.txt'?: string; SHA256SUMS?: string }

function folderOf(changes: { [Name in keyof Files]: Files[Name] | undefined }): string {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-model-'))
  folders.push(folder)
  const files = { 'table.bin': sampleTable(), 'vocab.txt': words, ...changes }
  const sums = `${sum(files['table.bin'] ?? '')}  table.bin\n${sum(files['vocab.txt'] ?? '')}  vocab.txt\n`
  for (const [name, content] of Object.entries({ SHA256SUMS: sums, ...files }))
    if (content !== undefined) writeFileSync(join(folder, name), content)
  return folder
}

test('a model is read as it was written', async () => {
  const model = await readModel(folderOf({}))
  expect(model).toMatchObject({ width: 4, vocabulary: ['[UNK]', 'fee', '##s'] })
  expect([...model.scales]).toEqual([0, 0.5, 0.25])
  expect([...model.rows]).toEqual([0, 0, 0, 0, 1, 2, 3, -1, 127, -127, 0, 0])
})

test('the id says which bytes it is', async () => {
  const { id } = await readModel(folderOf({}))
  expect((await readModel(folderOf({}))).id).toBe(id)
  const other = sampleTable()
  other[30]! ^= 1
  expect((await readModel(folderOf({ 'table.bin': other }))).id).not.toBe(id)
  expect((await readModel(folderOf({ 'vocab.txt': '[UNK]\nfees\n##s\n' }))).id).not.toBe(id)
})

function altered(change: (table: Buffer) => Buffer | void): Buffer {
  const table = sampleTable()
  return change(table) ?? table
}

test.each<[string, Parameters<typeof folderOf>[0], RegExp]>([
  ['a table is missing', { 'table.bin': undefined }, /table\.bin cannot be read/],
  ['the vocabulary is missing', { 'vocab.txt': undefined }, /vocab\.txt cannot be read/],
  ['the checksums are missing', { SHA256SUMS: undefined }, /SHA256SUMS cannot be read/],
  [
    'a checksum differs',
    { SHA256SUMS: `${sum('')}  table.bin\n${sum(words)}  vocab.txt\n` },
    /SHA256SUMS names/,
  ],
  ['a name is missing among the checksums', { SHA256SUMS: '' }, /SHA256SUMS names/],
  ['the magic is another', { 'table.bin': altered((table) => void table.write('SEM2')) }, /does not begin/],
  ['the table is cut off', { 'table.bin': altered((table) => table.subarray(0, 30)) }, /not as long/],
  ['the table is empty', { 'table.bin': Buffer.alloc(0) }, /does not begin/],
  ['rows have no width', { 'table.bin': altered((table) => void table.writeUInt32LE(0, 8)) }, /0 numbers/],
  [
    'a scale is no number',
    { 'table.bin': altered((table) => void table.writeFloatLE(NaN, 16)) },
    /no number/,
  ],
  ['pieces are missing', { 'vocab.txt': '[UNK]\nfee\n' }, /2 pieces, table\.bin 3/],
  ['the unknown piece is missing', { 'vocab.txt': 'a\nb\nc\n' }, /no \[UNK\]/],
])('a model is refused with its reason when %s', async (_, files, reason) => {
  const reading = readModel(folderOf(files))
  await expect(reading).rejects.toThrow(StartRefused)
  await expect(reading).rejects.toThrow(reason)
})
