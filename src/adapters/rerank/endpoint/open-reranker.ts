import { cutText } from '../../model/cut-text.ts'
import { below, type Endpoint, postJson } from '../../model/post-json.ts'
import type { Reranker } from '../port.ts'
import { readRelevance } from './read-relevance.ts'

export type EndpointOptions = Endpoint & {
  model: string
  share: number
  /** UTF-16 units of a text that are sent at most. */
  maxChars: number
  timeoutMs: number
}

/**
 * Any endpoint that speaks Cohere's rerank protocol: `POST {url}/rerank`. It is asked once, since a search waits. An answer
 * that is not exactly one number for each text is an error and never an order.
 */
export function openRerankEndpoint(options: EndpointOptions): Reranker {
  const { model, share, maxChars, timeoutMs } = options
  const endpoint = { url: below(options.url, 'rerank'), key: options.key }
  return {
    isRemote: true,
    shareOf: () => share,
    judge(query, texts, signal) {
      const documents = texts.map((text) => cutText(text, maxChars))
      const body = { model, query: cutText(query, maxChars), documents, top_n: documents.length }
      const limits = { signal, deadline: AbortSignal.timeout(timeoutMs) }
      return postJson(endpoint, body, limits, (response) => readRelevance(response, documents))
    },
  }
}
