/** How a chunk was found. */
export type MatchSource = 'text' | 'vector' | 'both'

/** A side of a fused score: `weight · share`, and the score is the sum of both sides, to the last bit. */
export type Side = { weight: number; share: number; best: number }

/**
 * How a score came about. By words alone it is `words.score`; fused it is `weight · share` of the words plus that of the
 * meaning. Everything is exact: the sums are those of the score, to the last bit.
 */
export type Explanation = {
  words: {
    /** In points of BM25: `own` joined with what stands around (`joinNeighbours`). */
    score: number
    /** The sum of what the terms add. */
    own: number
    /** How many chunks beside it are in its file, and the sum of their own scores. */
    neighbours: number
    around: number
    terms: ExplainedTerm[]
    /** Of the chunk and, on average, of the readable chunks, in terms. */
    length: number
    averageLength: number
    /** Readable chunks of all asked spaces. */
    chunks: number
  } & (Side | { weight: 1; share: null; best: null })
  /** Undefined where words alone ranked. */
  meaning: ({ cosine: number } & Side) | undefined
}

export type ExplainedTerm = {
  word: string
  tf: number
  df: number
  idf: number
  times: number
  score: number
}

/** A place that matches, and how well. */
export type Place = {
  /** Of its chunk in the file. */
  ordinal: number
  /** In points of BM25 when words alone were looked for, else from 0 to 1. */
  score: number
  source: MatchSource
  /** Where it was asked for. */
  explanation?: Explanation | undefined
}

/** A chunk that matches, and where it lies. */
export type Hit = Place & {
  spaceId: string
  fileId: string
  versionId: string
  /** When its file was made, in milliseconds since 1970. */
  createdAt: number
  /** When grouped, the file's next best places, best first. */
  more: Place[]
}

/** What comes first: the best, or the files made last or first. */
export type Order = 'relevance' | 'newest' | 'oldest'

/** What the place of a hit in an order depends on. */
export type Ranked = Pick<Hit, 'fileId' | 'ordinal' | 'score' | 'createdAt'>
