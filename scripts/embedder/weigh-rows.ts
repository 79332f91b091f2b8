import { createMatrix, type Matrix } from './matrix.ts'

/** How rare a piece has to be to count half (Arora, Liang and Ma 2017, "smooth inverse frequency"). */
const halfFrequency = 3e-4

/** Rows weighed by a / (a + p), p being how often their piece occurs in the texts; half an occurrence is added to each. */
export function weighRows(rows: Matrix, texts: readonly (readonly number[])[]): Matrix {
  const counts = new Float64Array(rows.count).fill(0.5)
  for (const pieces of texts) for (const piece of pieces) counts[piece]!++
  const total = counts.reduce((sum, count) => sum + count, 0)
  const weighed = createMatrix(rows.count, rows.width)
  for (let at = 0; at < rows.values.length; at++) {
    const share = counts[Math.floor(at / rows.width)]! / total
    weighed.values[at] = rows.values[at]! * (halfFrequency / (halfFrequency + share))
  }
  return weighed
}
