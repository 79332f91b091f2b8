/** Numbers below it have lost digits already, and dividing by them ends in infinity. */
const least = 1e-30

/**
 * Writes a vector's direction as integers of at most ±127 and returns the scale that makes them a unit vector: one
 * over their own length, so that what rounding changed about the length does not count. 0 when there is no direction.
 */
export function writeUnitVector(vector: Float64Array | Float32Array, into: Int8Array): number {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  if (largest < least) return 0
  const factor = 127 / largest
  let squares = 0
  for (const [i, value] of vector.entries()) {
    const rounded = Math.round(value * factor)
    into[i] = rounded
    squares += rounded * rounded
  }
  return 1 / Math.sqrt(squares)
}
