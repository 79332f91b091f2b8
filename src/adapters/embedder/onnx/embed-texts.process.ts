import { createSplitter } from '../builtin/split-pieces.ts'
import { writeUnitVector } from '../write-unit-vector.ts'
import { openSession } from './open-session.ts'
import type { FromModel, ModelOrder, ToModel } from './protocol.ts'

/**
 * A process of its own for a language model: a text takes tens of milliseconds of native code, in which the server's
 * thread would answer nobody, and what a model does to its process it does to no other.
 */
async function serve(order: ModelOrder): Promise<void> {
  const embed = await openModel(order)
  // It says what width its vectors have only in an answer.
  say({ kind: 'ready', width: (await embed('a')).length })
  process.on('message', ({ texts }: ToModel) => void answer(texts))
  const answer = async (texts: readonly string[]) => {
    try {
      const rows: Float32Array[] = []
      for (const text of texts) rows.push(await embed(text))
      if (!rows.every((row) => row.every(Number.isFinite)))
        throw new Error('it gave something else than numbers')
      say({ kind: 'done', ...pack(rows) })
    } catch (error) {
      say({ kind: 'failed', message: String(error) })
    }
  }
}

/** One text at a time: in a batch a quantised model takes its scales from all texts, so that each would move the others. */
async function openModel({ file, vocabulary, pooling, maxPieces, threads }: ModelOrder) {
  const run = await openSession(file, threads)
  const split = createSplitter(vocabulary)
  const [first, last] = [vocabulary.indexOf('[CLS]'), vocabulary.indexOf('[SEP]')]
  return async (text: string): Promise<Float32Array> => {
    const { width, isPooled, values } = await run([[first, ...split(text).slice(0, maxPieces - 2), last]])
    if (isPooled || pooling === 'cls') return values.slice(0, width)
    const sum = new Float32Array(width)
    for (const [at, value] of values.entries()) sum[at % width]! += value
    return sum // as a direction the same as the mean
  }
}

function pack(rows: readonly Float32Array[]) {
  const width = rows[0]?.length ?? 0
  const vectors = new Int8Array(rows.length * width)
  const scales = Float32Array.from(rows, (row, n) =>
    writeUnitVector(row, vectors.subarray(n * width, (n + 1) * width)),
  )
  return { vectors, scales }
}

function say(message: FromModel): void {
  process.send?.(message)
}

process.on('disconnect', () => process.exit())
process.once('message', (order: ModelOrder) => {
  serve(order).catch((error: unknown) => {
    say({ kind: 'refused', message: error instanceof Error ? error.message : String(error) })
    process.disconnect()
  })
})
