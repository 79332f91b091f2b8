import type { SpaceIndex } from '../index/space-index.ts'
import type { Meaning } from './meaning.ts'
import type { Hit } from './select.ts'

/** So many of the best chunks say what the query may mean, with so much of the say. */
export const examples = 5
const exampleShare = 0.3

/**
 * The query's vector moved towards the mean direction of what it found first (Rocchio 1971; for dense vectors Li et al.
 * 2023, "Pseudo relevance feedback with deep language models and dense retrievers"): short questions say little, and the
 * best passages say the rest. Worth 0.9 points of nDCG@10 and 2.0 of recall@100 on acord, and 0.3 less at worst elsewhere;
 * 3 and 8 examples are within 0.5 of it. Sums run in the order of the hits, so every machine has the same vector.
 */
export function refineMeaning(
  meaning: Meaning,
  hits: readonly Hit[],
  indexes: ReadonlyMap<string, SpaceIndex>,
): Meaning {
  const sum = new Float64Array(meaning.vector.length)
  for (const hit of hits) addVector(sum, hit, indexes.get(hit.spaceId))
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0))
  if (length === 0) return meaning
  const moved = sum.map(
    (value, i) => (1 - exampleShare) * meaning.scale * meaning.vector[i]! + exampleShare * (value / length),
  )
  const scale = moved.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127
  return { ...meaning, vector: Int8Array.from(moved, (value) => Math.round(value / scale)), scale }
}

function addVector(sum: Float64Array, { versionId, ordinal }: Hit, index: SpaceIndex | undefined): void {
  const place = index?.places.get(versionId)
  const vectors = place?.segment.vectors
  if (!place || !vectors) return
  const { ordinals, documentStarts } = place.segment
  const chunk = ordinals.indexOf(ordinal, documentStarts[place.document])
  const row = vectors.rows.get(chunk)
  for (let i = 0; i < sum.length; i++) sum[i]! += row[i]! * vectors.scales[chunk]!
}
