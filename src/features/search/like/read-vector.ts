import type { Embedders } from '#adapters/embedder/port.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { decodeVectors } from '../block/vectors.ts'
import { readIndexState, readStoredVectors } from '../queries.ts'
import type { Source } from './find-source.ts'

/** A unit vector: number `i` is `vector[i] · scale`. */
export type UnitVector = { embedder: string; vector: Int8Array; scale: number }

/**
 * The direction of a source by the embedder that its space is searched with: its chunk's vector, or for a file the mean of
 * its chunks' unit vectors. Undefined where it has none.
 */
export async function readVector(
  tx: TenantTx,
  { spaceId, versionId, ordinal, block }: Source,
  embedders: Embedders,
): Promise<UnitVector | undefined> {
  const { serving_embedder: serving } = await readIndexState(tx, spaceId)
  const embedder = serving === null ? undefined : embedders.withId(serving)
  const stored = embedder && (await readStoredVectors(tx, versionId, embedder.id))
  if (!embedder || !stored) return undefined
  const { vectors, scales, width } = decodeVectors(stored, block.ordinals.length)
  if (width !== embedder.width) return undefined
  const sum = new Float64Array(width)
  for (const [chunk, scale] of scales.entries()) {
    if (ordinal !== undefined && block.ordinals[chunk] !== ordinal) continue
    for (let i = 0; i < width; i++) sum[i]! += vectors[chunk * width + i]! * scale
  }
  return toUnitVector(sum, embedder.id)
}

/** As integers of at most ±127, with the scale that makes them a unit vector; undefined when there is no direction. */
function toUnitVector(sum: Float64Array, embedder: string): UnitVector | undefined {
  const largest = sum.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (largest === 0) return undefined
  const vector = Int8Array.from(sum, (value) => Math.round((value * 127) / largest))
  const squares = vector.reduce((total, value) => total + value * value, 0)
  return { embedder, vector, scale: 1 / Math.sqrt(squares) }
}
