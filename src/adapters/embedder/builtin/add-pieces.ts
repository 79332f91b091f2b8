import type { StaticModel } from './read-model.ts'

/**
 * The sum of the vectors of a text's pieces, each as often as it occurs. Pieces are added in the order in which they
 * come first, so that the same text has the same last bit everywhere.
 */
export function addPieces(
  { rows, scales, width }: Pick<StaticModel, 'rows' | 'scales' | 'width'>,
  pieces: readonly number[],
): Float64Array {
  const times = new Map<number, number>()
  for (const piece of pieces) times.set(piece, (times.get(piece) ?? 0) + 1)
  const sum = new Float64Array(width)
  for (const [piece, count] of times) {
    const weight = count * scales[piece]!
    const row = piece * width
    for (let i = 0; i < width; i++) sum[i]! += weight * rows[row + i]!
  }
  return sum
}

/**
 * Writes a vector's direction as integers of at most ±127 and returns the scale that makes them a unit vector: one
 * over their own length, so that what rounding changed about the length does not count. 0 when there is no direction.
 */
export function writeUnitVector(vector: Float64Array, into: Int8Array): number {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  if (largest === 0) return 0
  const factor = 127 / largest
  let squares = 0
  for (const [i, value] of vector.entries()) {
    const rounded = Math.round(value * factor)
    into[i] = rounded
    squares += rounded * rounded
  }
  return 1 / Math.sqrt(squares)
}
