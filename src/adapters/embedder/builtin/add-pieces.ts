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
