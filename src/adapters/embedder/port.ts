/** Turns texts into vectors whose directions say what the texts mean. */
export type Embedder = {
  /** Name and revision of the model; vectors of two ids are never compared. */
  id: string
  /** Numbers in one vector. */
  width: number
  embed: (texts: readonly string[], signal: AbortSignal) => Promise<Embeddings>
  /** Share of a ranking's score that this model's meaning should get for a query, from 0 to 1; words get the rest. */
  shareOf: (query: string) => number
  /** Texts whose vectors have a smaller cosine have nothing to do with one another. */
  leastCosine: number
}

/**
 * One unit vector per text, row by row: number `i` of vector `n` is `vectors[n · width + i] · scales[n]`. A text of
 * which the model knows nothing has scale 0.
 */
export type Embeddings = { vectors: Int8Array; scales: Float32Array }
