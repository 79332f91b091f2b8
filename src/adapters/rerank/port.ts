import type { Named } from '../model/named.ts'

export { ModelError } from '../model/error.ts'

/** Says how well texts that a search has found answer its query, with more effort than finding allows. */
export type Reranker = {
  /** Whether queries and texts are sent to another machine. */
  isRemote: boolean
  /** Share of the new order that its relevance gets for a query, from 0 to 1; the score by words has the rest. */
  shareOf: (query: string) => number
  /**
   * The relevance of each text, 0 at least, the larger the better: comparable within one call and no further.
   * @throws ModelError, or what `signal` was aborted with
   */
  judge: (query: string, texts: readonly string[], signal: AbortSignal) => Promise<Float64Array>
}

/** A reranker under the name that operators, tenants and spaces choose it by. */
export type NamedReranker = Reranker & { name: string; kind: 'cohere' | 'embedder' }

/** The rerankers of this server. */
export type Rerankers = Named<NamedReranker>

/** The name that says that nothing is to be reranked. */
export const noReranker = 'none'
