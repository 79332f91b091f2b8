export { ModelError } from '../model/error.ts'

/** Turns texts into vectors whose directions say what the texts mean. */
export type Embedder = {
  /** Model and revision; vectors of two ids are never compared. */
  id: string
  /** Numbers in one vector, at most 4,096. */
  width: number
  /** Whether texts are sent to another machine. */
  isRemote: boolean
  /** Whether a text takes a fraction of a millisecond, in this process: then a transaction may wait for it. */
  isInstant: boolean
  /**
   * One vector a text. Models that were trained so treat questions and documents differently.
   * @throws ModelError, or what `signal` was aborted with
   */
  embed: (texts: readonly string[], signal: AbortSignal, purpose: Purpose) => Promise<Embeddings>
  /** Share of a ranking's score that this model's meaning should get for a query, from 0 to 1; words get the rest. */
  shareOf: (query: string) => number
  /** Texts whose vectors have a smaller cosine have nothing to do with one another. */
  leastCosine: number
}

/**
 * A question waits for its vector for a short time, and so do candidates, texts that a search has found and compares once
 * more; documents may wait their turn, and are tried again.
 */
export type Purpose = 'query' | 'candidate' | 'document'

/**
 * One unit vector per text, row by row: number `i` of vector `n` is `vectors[n · width + i] · scales[n]`. A text of
 * which the model knows nothing has scale 0.
 */
export type Embeddings = { vectors: Int8Array; scales: Float32Array }

/** An embedder under the name that operators, tenants and spaces choose it by. */
export type NamedEmbedder = Embedder & { name: string; kind: 'builtin' | 'static' | 'onnx' | 'openai' }

/** The embedders of this server. */
export type Embedders = {
  /** The built-in one first. */
  all: readonly NamedEmbedder[]
  /** Of tenants that chose none. */
  default: NamedEmbedder
  named: (name: string) => NamedEmbedder | undefined
  withId: (id: string) => NamedEmbedder | undefined
}
