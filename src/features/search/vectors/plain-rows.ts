import type { VectorRows } from './rows.ts'

/** Rows in ordinary memory, multiplied number by number: what the kernel has to agree with, ten times slower. */
export function plainRows(count: number, width: number): VectorRows {
  const numbers = new Int8Array(count * width)
  return {
    count,
    width,
    bytes: numbers.byteLength,
    set: (row, vector) => numbers.set(vector, row * width),
    get: (row) => numbers.subarray(row * width, (row + 1) * width),
    dots(query) {
      const products = new Int32Array(count)
      for (let row = 0, at = 0; row < count; row++) {
        let sum = 0
        for (let i = 0; i < width; i++) sum += query[i]! * numbers[at++]!
        products[row] = sum
      }
      return products
    },
  }
}
