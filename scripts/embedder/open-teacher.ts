import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSession, type RunModel } from '../../src/adapters/embedder/onnx/open-session.ts'
import { createMatrix, type Matrix, normalise, rowOf } from './matrix.ts'

type Progress = (done: number, of: number) => void

/** A sentence model of the BERT kind: its pieces, and what it says about them and about texts. */
export type Teacher = {
  vocabulary: string[]
  /** One row a piece: the model's output for it, alone between `[CLS]` and `[SEP]`. */
  embedPieces: (progress: Progress) => Promise<Matrix>
  /** One unit vector a text: the mean of its outputs. Texts are cut at 254 pieces. */
  embedTexts: (texts: readonly (readonly number[])[], progress: Progress) => Promise<Matrix>
}

const maxPieces = 254
const batchPieces = 4096

/** @param folder with one `.onnx` file (input_ids, attention_mask; maybe token_type_ids) and `vocab.txt` */
export async function openTeacher(folder: string): Promise<Teacher> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.onnx'))
  if (file === undefined) throw new Error(`there is no .onnx file in ${folder}`)
  const vocabulary = (await readFile(join(folder, 'vocab.txt'), 'utf8')).trimEnd().split(/\r?\n/)
  const run = await openSession(join(folder, file))
  const [first, last] = [vocabulary.indexOf('[CLS]'), vocabulary.indexOf('[SEP]')]
  const wrap = (pieces: readonly number[]) => [first, ...pieces.slice(0, maxPieces), last]
  return {
    vocabulary,
    embedPieces: (progress) => {
      const each = vocabulary.map((_, piece) => wrap([piece]))
      return embedInBatches(run, each, progress, (output, into) =>
        into.set(output.subarray(into.length, 2 * into.length)),
      )
    },
    embedTexts: (texts, progress) =>
      embedInBatches(run, texts.map(wrap), progress, (output, into) => {
        for (const [at, value] of output.entries()) into[at % into.length]! += value
        normalise(into)
      }),
  }
}

/** Rows of one length go together, so that nothing has to be padded. */
async function embedInBatches(
  run: RunModel,
  rows: readonly (readonly number[])[],
  progress: Progress,
  take: (output: Float32Array, into: Float32Array) => void,
): Promise<Matrix> {
  const order = rows.map((_, i) => i).sort((a, b) => rows[a]!.length - rows[b]!.length)
  let embedded: Matrix | undefined
  for (let start = 0; start < order.length;) {
    const length = rows[order[start]!]!.length
    const most = start + Math.max(1, Math.floor(batchPieces / length))
    let end = start
    while (end < Math.min(most, order.length) && rows[order[end]!]!.length === length) end++
    const batch = order.slice(start, end)
    const { width, values } = await run(batch.map((i) => rows[i]!))
    embedded ??= createMatrix(rows.length, width)
    for (const [n, i] of batch.entries())
      take(values.subarray(n * length * width, (n + 1) * length * width), rowOf(embedded, i))
    progress(end, order.length)
    start = end
  }
  return embedded ?? createMatrix(0, 0)
}
