import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartRefused } from '#platform/errors.ts'

/**
 * A table of word-piece vectors: number `i` of piece `id` is `rows[id · width + i] · scales[id]`. A piece without a
 * meaning has only zeros.
 */
export type StaticModel = {
  /** Changes with every byte of the table or the vocabulary. */
  id: string
  width: number
  /** Piece number n; one that continues a word begins with `##`. */
  vocabulary: string[]
  scales: Float32Array
  rows: Int8Array
}

/**
 * Reads a folder with `table.bin`, `vocab.txt` and the `SHA256SUMS` of both. Little-endian: magic `SEM1`, number of
 * pieces u32, width u32, a scale f32 a piece, then the rows i8.
 * @throws StartRefused when it is missing, damaged or not what it says
 */
export async function readModel(directory: string): Promise<StaticModel> {
  const refuse = (detail: string, cause?: unknown) =>
    new StartRefused(`The embedder's model in ${directory} cannot be used: ${detail}.`, { cause })
  const read = async (name: string) =>
    readFile(join(directory, name)).catch((cause: unknown) => {
      throw refuse(`${name} cannot be read`, cause)
    })
  const [table, words, sums] = await Promise.all([read('table.bin'), read('vocab.txt'), read('SHA256SUMS')])
  const stated = parseSums(sums.toString('utf8'))
  for (const [name, bytes] of [
    ['table.bin', table],
    ['vocab.txt', words],
  ] as const) {
    if (stated.get(name) !== sha256(bytes)) throw refuse(`${name} is not the file that SHA256SUMS names`)
  }
  const vocabulary = words
    .toString('utf8')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
  const problem = problemOf(table, vocabulary)
  if (problem !== undefined) throw refuse(problem)
  const model = unpack(table)
  if (!model.scales.every(Number.isFinite)) throw refuse('a scale in table.bin is no number')
  const id = sha256(`${stated.get('table.bin')}${stated.get('vocab.txt')}`).slice(0, 16)
  return { id: `static-${id}`, vocabulary, ...model }
}

const tableMagic = 'SEM1'
const headerBytes = 12
/** As wide as any published model; a wider header is not ours. */
const maxWidth = 4096

function problemOf(table: Buffer, vocabulary: readonly string[]): string | undefined {
  if (table.length < headerBytes || table.toString('latin1', 0, 4) !== tableMagic)
    return 'table.bin does not begin like one'
  const pieces = table.readUInt32LE(4)
  const width = table.readUInt32LE(8)
  if (width < 1 || width > maxWidth) return `table.bin has ${width} numbers a piece`
  if (table.length !== headerBytes + pieces * (4 + width)) return 'table.bin is not as long as it says'
  if (vocabulary.length !== pieces) return `vocab.txt has ${vocabulary.length} pieces, table.bin ${pieces}`
  if (!vocabulary.includes(unknownPiece)) return `vocab.txt has no ${unknownPiece}`
  return undefined
}

/** What stands for a word that no pieces spell. */
export const unknownPiece = '[UNK]'

function unpack(table: Buffer): Pick<StaticModel, 'width' | 'scales' | 'rows'> {
  const pieces = table.readUInt32LE(4)
  const rowsStart = headerBytes + pieces * 4
  const scales = new Float32Array(pieces)
  new Uint8Array(scales.buffer).set(table.subarray(headerBytes, rowsStart))
  return {
    width: table.readUInt32LE(8),
    scales,
    rows: new Int8Array(table.buffer, table.byteOffset + rowsStart, table.length - rowsStart),
  }
}

/** Lines of `sha256sum`: the sum, two spaces, the name. */
function parseSums(text: string): Map<string, string> {
  const lines = Array.from(text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm))
  return new Map(lines.map(([, sum = '', name = '']) => [name, sum]))
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
