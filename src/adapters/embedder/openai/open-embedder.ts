import { setTimeout } from 'node:timers/promises'
import { cutText } from '../../model/cut-text.ts'
import { Refused } from '../../model/post-json.ts'
import { type Embedder, ModelError } from '../port.ts'
import { writeUnitVector } from '../write-unit-vector.ts'
import { type EmbeddingEndpoint, requestEmbeddings } from './request-embeddings.ts'

export type RemoteOptions = EmbeddingEndpoint & {
  share: number
  leastCosine: number
  queryPrefix: string
  documentPrefix: string
  /** UTF-16 units of a text that are sent at most, its prefix included. */
  maxChars: number
  /** Texts of one request. */
  batchSize: number
  /** For what a search waits for as a whole, and for one request with documents. */
  queryTimeoutMs: number
  documentTimeoutMs: number
  /** Waits between two tries. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

/** Tries of a request with documents; what a search waits for has one. */
const maxTries = 4
const firstPauseMs = 500
const longestPauseMs = 30_000

/** How often a text that is refused alone is cut in half: a twentieth of the longest allowed one is left. */
const maxCuts = 4

/**
 * Any endpoint that speaks OpenAI's embeddings protocol: `POST {url}/embeddings`. What comes back is checked number by
 * number: an answer that is not one vector of the right width for each text is an error, never a vector.
 */
export function openRemoteEmbedder(options: RemoteOptions): Embedder {
  const { model, width, share, leastCosine } = options
  return {
    id: `${model}/${width}`,
    width,
    isRemote: true,
    isInstant: false,
    leastCosine,
    shareOf: () => share,
    async embed(texts, signal, purpose) {
      const vectors = new Int8Array(texts.length * width)
      const scales = new Float32Array(texts.length)
      const ask = purpose === 'document' ? askAgain(options, signal) : askOnce(options, signal)
      const prefix = purpose === 'query' ? options.queryPrefix : options.documentPrefix
      // Some endpoints refuse an empty text, and it has no meaning.
      const spoken = [...texts.keys()].filter((n) => texts[n]?.trim())
      for (let start = 0; start < spoken.length; start += options.batchSize) {
        const batch = spoken.slice(start, start + options.batchSize)
        const sent = batch.map((n) => cutText(prefix + texts[n], options.maxChars))
        for (const [i, row] of (await embedBatch(sent, ask)).entries()) {
          const n = batch[i]!
          scales[n] = writeUnitVector(row, vectors.subarray(n * width, (n + 1) * width))
        }
      }
      return { vectors, scales }
    },
  }
}

type Ask = (texts: readonly string[]) => Promise<Float64Array[]>

function askOnce(options: RemoteOptions, signal: AbortSignal): Ask {
  const deadline = AbortSignal.timeout(options.queryTimeoutMs)
  return (texts) => requestEmbeddings(options, texts, { signal, deadline })
}

/** Again after a pause when the endpoint is busy or away, as long as it says or twice as long each time. */
function askAgain(options: RemoteOptions, signal: AbortSignal): Ask {
  const { documentTimeoutMs, pause = (ms, stop) => setTimeout(ms, undefined, { signal: stop }) } = options
  return async (texts) => {
    for (let attempt = 1; ; attempt++) {
      try {
        const deadline = AbortSignal.timeout(documentTimeoutMs)
        return await requestEmbeddings(options, texts, { signal, deadline })
      } catch (error) {
        if (!(error instanceof Refused) || !error.mayPass || attempt === maxTries) throw error
        const wanted = error.retryAfterMs ?? firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)
        await pause(Math.min(wanted, longestPauseMs), signal)
      }
    }
  }
}

/** One text too long for the model has the whole batch refused: then each goes alone, and that one is cut. */
async function embedBatch(texts: readonly string[], ask: Ask, cuts = 0): Promise<Float64Array[]> {
  try {
    return await ask(texts)
  } catch (error) {
    if (!(error instanceof ModelError) || error.reason !== 'rejected') throw error
    const [first = '', ...others] = texts
    if (others.length === 0) {
      if (cuts === maxCuts) throw error
      return embedBatch([cutText(first, Math.ceil(first.length / 2))], ask, cuts + 1)
    }
    const rows: Float64Array[] = []
    for (const text of texts) rows.push(...(await embedBatch([text], ask)))
    return rows
  }
}
