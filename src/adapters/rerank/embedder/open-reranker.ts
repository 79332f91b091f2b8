import type { Embedder } from '../../embedder/port.ts'
import { ModelError } from '../../model/error.ts'
import type { Reranker } from '../port.ts'

/** @param share left out: as much as the embedder trusts itself with a query */
export type EmbedderOptions = { share?: number | undefined; timeoutMs: number }

/**
 * An embedder that reads the best finds of a quicker one once more: relevance is the cosine with the query. Nothing is
 * stored, so a language model that would take hours for all files says its word about twenty of them.
 */
export function openRerankByEmbedder(
  embedder: Pick<Embedder, 'embed' | 'isRemote' | 'shareOf' | 'width'>,
  { share, timeoutMs }: EmbedderOptions,
): Reranker {
  return {
    isRemote: embedder.isRemote,
    shareOf: share === undefined ? embedder.shareOf : () => share,
    async judge(query, texts, signal) {
      const deadline = AbortSignal.timeout(timeoutMs)
      const either = AbortSignal.any([signal, deadline])
      try {
        const asked = await embedder.embed([query], either, 'query')
        const found = await embedder.embed(texts, either, 'candidate')
        return Float64Array.from(texts, (_, n) => {
          const row = found.vectors.subarray(n * embedder.width, (n + 1) * embedder.width)
          const product = row.reduce((sum, value, i) => sum + value * asked.vectors[i]!, 0)
          return Math.max(0, product * asked.scales[0]! * found.scales[n]!)
        })
      } catch (error) {
        signal.throwIfAborted()
        if (deadline.aborted && !(error instanceof ModelError))
          throw new ModelError('timeout', 'the model did not answer in time', { cause: error })
        throw error
      }
    },
  }
}
