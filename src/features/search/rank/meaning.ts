import type { Embedder } from '#adapters/embedder/port.ts'
import type { Segment } from '../index/segment.ts'

/** What a query means to one embedder. */
export type Meaning = {
  embedder: string
  /** Share of the score that meaning gets, from 0 to 1; 1 finds by meaning alone. */
  share: number
  vector: Int8Array
  scale: number
  /** A smaller cosine is no match. */
  leastCosine: number
}

/** @param share left out: as much as the embedder trusts itself with this query */
export async function readMeaning(
  embedder: Embedder,
  query: string,
  signal: AbortSignal,
  share = embedder.shareOf(query),
): Promise<Meaning> {
  const { vectors, scales } = await embedder.embed([query], signal)
  const { id, leastCosine } = embedder
  return { embedder: id, share, vector: vectors, scale: scales[0] ?? 0, leastCosine }
}

/**
 * Per chunk of the segment its cosine with the query in units of the query's scale, 0 where there is no match and where
 * meaning has no share. An
 * integer of 23 bits times a scale of 24 is exact in a double, so every machine has the same.
 */
export function compareChunks({ vectors, ordinals }: Segment, meaning: Meaning): Float64Array {
  const cosines = new Float64Array(ordinals.length)
  if (!vectors || meaning.scale === 0 || meaning.share === 0) return cosines
  const { scales, rows } = vectors
  const least = meaning.leastCosine / meaning.scale
  for (const [chunk, product] of rows.dots(meaning.vector).entries()) {
    const cosine = product * scales[chunk]!
    if (cosine >= least) cosines[chunk] = cosine
  }
  return cosines
}
