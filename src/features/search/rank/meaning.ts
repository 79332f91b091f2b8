import type { Embedder } from '#adapters/embedder/port.ts'
import type { Segment } from '../index/segment.ts'

/** What a query means to one embedder. */
export type Meaning = {
  embedder: string
  /** Share of the score that meaning gets, from 0 to 1; 1 finds by meaning alone. */
  share: number
  vector: Int8Array
  scale: number
  /** With a smaller cosine a chunk is found by its words or not at all. */
  leastCosine: number
}

/** What a query means, by the ids of embedders; one without an entry did not answer. */
export type Meanings = ReadonlyMap<string, Meaning>

/** @param share left out: as much as the embedder trusts itself with this query */
export async function readMeaning(
  embedder: Embedder,
  query: string,
  signal: AbortSignal,
  share = embedder.shareOf(query),
): Promise<Meaning> {
  const { vectors, scales } = await embedder.embed([query], signal, 'query')
  const { id, leastCosine } = embedder
  return { embedder: id, share, vector: vectors, scale: scales[0] ?? 0, leastCosine }
}

/**
 * Per chunk of the segment its cosine with the query over the query's scale: 0 where it is negative, where there is no
 * vector and where meaning has no share. An integer of 23 bits times a scale of 24 is exact in a double, so every machine
 * has the same.
 */
export function compareChunks({ vectors, ordinals }: Segment, meaning: Meaning): Float64Array {
  const cosines = new Float64Array(ordinals.length)
  if (!vectors || meaning.scale === 0 || meaning.share === 0) return cosines
  const { scales, rows } = vectors
  const products = rows.dots(meaning.vector)
  for (let chunk = 0; chunk < products.length; chunk++)
    if (products[chunk]! > 0) cosines[chunk] = products[chunk]! * scales[chunk]!
  return cosines
}

/** The least cosine in the same units. */
export function leastOf({ leastCosine, scale }: Meaning): number {
  return scale === 0 ? Infinity : leastCosine / scale
}
