import type { SpaceIndex } from '../index/space-index.ts'
import type { Source } from './find-source.ts'

/** A unit vector: number `i` is `vector[i] · scale`. */
export type UnitVector = { embedder: string; vector: Int8Array; scale: number }

/**
 * The direction of a source in its space's index: its chunk's vector, or for a file the mean of its chunks' unit vectors.
 * Undefined where it has none.
 */
export function readVector(index: SpaceIndex, { versionId, ordinal }: Source): UnitVector | undefined {
  const place = index.places.get(versionId)
  if (!place || !index.kind || !place.segment.vectors || !place.segment.isEmbedded[place.document])
    return undefined
  const { ordinals, documentStarts, vectors } = place.segment
  const sum = new Float64Array(index.kind.width)
  const end = documentStarts[place.document + 1]!
  for (let chunk = documentStarts[place.document]!; chunk < end; chunk++) {
    if (ordinal !== undefined && ordinals[chunk] !== ordinal) continue
    const scale = vectors.scales[chunk]!
    for (const [i, value] of vectors.rows.get(chunk).entries()) sum[i]! += value * scale
  }
  return toUnitVector(sum, index.kind.id)
}

/** As integers of at most ±127, with the scale that makes them a unit vector; undefined when there is no direction. */
function toUnitVector(sum: Float64Array, embedder: string): UnitVector | undefined {
  const largest = sum.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest === 0) return undefined
  const vector = Int8Array.from(sum, (value) => Math.round((value * 127) / largest))
  const squares = vector.reduce((total, value) => total + value * value, 0)
  return { embedder, vector, scale: 1 / Math.sqrt(squares) }
}
