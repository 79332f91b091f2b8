import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
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

/** Takes equally long rows of pieces; gives `width` numbers a piece. */
type Run = (batch: readonly (readonly number[])[]) => Promise<{ width: number; values: Float32Array }>

/** Rows of one length go together, so that nothing has to be padded. */
async function embedInBatches(
  run: Run,
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

/** What is used of onnxruntime-node. It takes 300 MB, so it is no dependency: whoever makes a table installs it. */
type Onnx = {
  Tensor: new (type: 'int64', values: BigInt64Array, shape: number[]) => object
  InferenceSession: { create: (file: string) => Promise<Session> }
}
type Session = {
  inputNames: readonly string[]
  outputNames: readonly string[]
  run: (inputs: Record<string, object>) => Promise<Record<string, { dims: number[]; data: Float32Array }>>
}

async function openSession(file: string): Promise<Run> {
  const { InferenceSession, Tensor } = loadRuntime()
  const session = await InferenceSession.create(file)
  return async (batch) => {
    const shape = [batch.length, batch[0]?.length ?? 0]
    const ids = BigInt64Array.from(batch.flat(), (id) => BigInt(id))
    const filled = (value: bigint) => new Tensor('int64', new BigInt64Array(ids.length).fill(value), shape)
    const inputs = new Map([
      ['input_ids', new Tensor('int64', ids, shape)],
      ['attention_mask', filled(1n)],
      ['token_type_ids', filled(0n)],
    ])
    const wanted = [...inputs].filter(([name]) => session.inputNames.includes(name))
    const outputs = await session.run(Object.fromEntries(wanted))
    const { dims, data } = outputs[session.outputNames[0] ?? ''] ?? { dims: [], data: new Float32Array() }
    return { width: dims.at(-1) ?? 0, values: data }
  }
}

function loadRuntime(): Onnx {
  try {
    return createRequire(import.meta.url)('onnxruntime-node')
  } catch (cause) {
    const advice = 'npm install --no-save --onnxruntime-node-install=skip onnxruntime-node@1.30.0'
    throw new Error(`Making a table needs onnxruntime-node. Install it beside the others: ${advice}`, {
      cause,
    })
  }
}
