/** Rows of numbers, one after the other. */
export type Matrix = { count: number; width: number; values: Float32Array }

export function createMatrix(count: number, width: number): Matrix {
  return { count, width, values: new Float32Array(count * width) }
}

export function rowOf({ values, width }: Matrix, row: number): Float32Array {
  return values.subarray(row * width, (row + 1) * width)
}

/** Makes the row's length one; a row of zeros stays. */
export function normalise(row: Float32Array): void {
  const length = Math.hypot(...row)
  if (length > 0) for (let i = 0; i < row.length; i++) row[i]! /= length
}
