import { createTrust, type Trust } from '../builtin/trust-meaning.ts'
import { createSplitter } from '../builtin/split-pieces.ts'
import { type Embedder, ModelError, type Embeddings, type Purpose } from '../port.ts'
import { StartRefused } from '#platform/errors.ts'
import { type ModelProcess, startModelProcess } from './model-process.ts'
import { readModelFolder } from './read-folder.ts'

export type OnnxOptions = {
  directory: string
  /** What it gets of a score, where it knows the language. Left out: as much as all-MiniLM-L6-v2. */
  share?: number | undefined
  leastCosine: number
  queryPrefix: string
  documentPrefix: string
  /** Processors it may take. */
  threads: number
  queryTimeoutMs: number
}

/**
 * Whole models know longer questions better than the table does: what they get falls later with the length. Chosen with
 * all-MiniLM-L6-v2; `npm run eval:search -- --embedder` measures another.
 */
const trustOfModel: Trust = { most: 0.75, even: 28 }

/** Texts that go to the model at once. A query waits for those at most: some 150 ms of a small model. */
const textsPerTurn = 4
/** Far above what so many texts take any model. */
const turnTimeoutMs = 120_000
const startTimeoutMs = 120_000

/** Texts of one caller, and how far they are. */
type Order = {
  texts: readonly string[]
  purpose: Purpose
  done: number
  into: Embeddings
  finish: (error?: unknown) => void
  isOver: boolean
}

/**
 * A language model in a process of its own, by onnxruntime-node. Orders take turns of a few texts, queries before
 * candidates and those before documents. A process that ends is replaced with the next order.
 * @throws StartRefused when the folder or the runtime cannot be used
 */
export async function openOnnxEmbedder(
  options: OnnxOptions,
): Promise<Embedder & { close: () => Promise<void> }> {
  const { directory, share = trustOfModel, leastCosine, threads, queryTimeoutMs } = options
  const folder = await readModelFolder(directory)
  const { id, file, vocabulary, pooling, maxPieces } = folder
  const start = () => startModelProcess({ file, vocabulary, pooling, maxPieces, threads }, startTimeoutMs)
  const first = await start().catch((cause: unknown) => {
    const detail = cause instanceof Error ? cause.message : 'unknown'
    throw new StartRefused(`The embedder's model in ${directory} cannot be used: ${detail}`, { cause })
  })
  const { width } = first
  const model = keepRunning(first, start)
  return {
    id,
    width,
    isRemote: false,
    isInstant: false,
    leastCosine,
    shareOf: createTrust(vocabulary, createSplitter(vocabulary), share),
    embed(texts, signal, purpose) {
      const prefix = purpose === 'query' ? options.queryPrefix : options.documentPrefix
      const limitMs = purpose === 'query' ? queryTimeoutMs : undefined
      const prefixed = texts.map((text) => prefix + text)
      return model.embed(prefixed, width, purpose, signal, limitMs)
    },
    close: () => model.close(),
  }
}

/** One process at a time, and the orders that wait for it. */
function keepRunning(first: ModelProcess, start: () => Promise<ModelProcess>) {
  let current: Promise<ModelProcess> = Promise.resolve(first)
  let isBusy = false
  let isClosed = false
  const waiting: Record<Purpose, Order[]> = { query: [], candidate: [], document: [] }

  const running = async (): Promise<ModelProcess> => {
    const known = await current.catch(() => undefined)
    if (known && !known.hasEnded()) return known
    if (isClosed) throw new ModelError('unavailable', 'the server is stopping')
    current = start()
    return current
  }

  const takeTurn = async (order: Order): Promise<void> => {
    const texts = order.texts.slice(order.done, order.done + textsPerTurn)
    try {
      const model = await running()
      const { vectors, scales } = await model.embed([...texts], turnTimeoutMs)
      order.into.vectors.set(vectors, order.done * (vectors.length / texts.length))
      order.into.scales.set(scales, order.done)
      order.done += texts.length
      if (order.done >= order.texts.length) order.finish()
      else waiting[order.purpose].push(order)
    } catch (error) {
      order.finish(error)
    }
  }

  const work = async (): Promise<void> => {
    if (isBusy) return
    isBusy = true
    for (;;) {
      const order = waiting.query.shift() ?? waiting.candidate.shift() ?? waiting.document.shift()
      if (!order) break
      if (!order.isOver) await takeTurn(order)
    }
    isBusy = false
  }

  return {
    embed(
      texts: readonly string[],
      width: number,
      purpose: Purpose,
      signal: AbortSignal,
      limitMs: number | undefined,
    ): Promise<Embeddings> {
      const into = { vectors: new Int8Array(texts.length * width), scales: new Float32Array(texts.length) }
      if (texts.length === 0) return Promise.resolve(into)
      return new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const onAbort = () => order.finish(signal.reason)
        const tooLate = () => order.finish(new ModelError('timeout', 'the model did not answer in time'))
        const timer = limitMs === undefined ? undefined : setTimeout(tooLate, limitMs)
        const finish = (error?: unknown) => {
          if (order.isOver) return
          order.isOver = true
          clearTimeout(timer)
          signal.removeEventListener('abort', onAbort)
          if (error === undefined) resolve(into)
          else reject(error)
        }
        const order: Order = { texts, purpose, done: 0, into, finish, isOver: false }
        signal.addEventListener('abort', onAbort, { once: true })
        waiting[purpose].push(order)
        void work()
      })
    },
    async close() {
      isClosed = true
      const model = await current.catch(() => undefined)
      await model?.end()
    },
  }
}
