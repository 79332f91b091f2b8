import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Matrix, rowOf } from './matrix.ts'

/** Writes a folder that the built-in embedder reads; rows are kept to 1/127 of their largest number, which loses nothing. */
export async function writeModel(folder: string, vocabulary: readonly string[], rows: Matrix): Promise<void> {
  const table = Buffer.alloc(12 + rows.count * (4 + rows.width))
  table.write('SEM1', 'latin1')
  table.writeUInt32LE(rows.count, 4)
  table.writeUInt32LE(rows.width, 8)
  for (let piece = 0; piece < rows.count; piece++) {
    const row = rowOf(rows, piece)
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    table.writeFloatLE(largest / 127, 12 + piece * 4)
    const start = 12 + rows.count * 4 + piece * rows.width
    if (largest > 0)
      for (const [i, value] of row.entries()) table.writeInt8(Math.round((value / largest) * 127), start + i)
  }
  const words = `${vocabulary.join('\n')}\n`
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'table.bin'), table)
  await writeFile(join(folder, 'vocab.txt'), words)
  await writeFile(join(folder, 'SHA256SUMS'), `${sum(table)}  table.bin\n${sum(words)}  vocab.txt\n`)
}

function sum(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
