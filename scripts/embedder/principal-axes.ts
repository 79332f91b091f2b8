import { createMatrix, type Matrix, rowOf } from './matrix.ts'

/**
 * The directions in which rows differ most, the strongest first, as the columns of a matrix of `width` columns: the
 * eigenvectors of their covariance, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5).
 */
export function principalAxes(rows: Matrix, width: number): Matrix {
  const size = rows.width
  const covariance = covarianceOf(rows)
  const vectors = Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0))
  for (let sweep = 0; sweep < maxSweeps && offDiagonal(covariance, size) > tolerance; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(covariance, vectors, size, p, q)
    }
  }
  const strength = (axis: number) => covariance[axis * (size + 1)]!
  const order = Array.from({ length: size }, (_, axis) => axis).sort((a, b) => strength(b) - strength(a))
  const axes = createMatrix(size, Math.min(width, size))
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < axes.width; k++) axes.values[i * axes.width + k] = vectors[i * size + order[k]!]!
  }
  return axes
}

const maxSweeps = 12
/** Of the squares beside the diagonal to those of the whole. */
const tolerance = 1e-14

export function subtractMean(rows: Matrix): Matrix {
  const mean = meanOf(rows)
  const centred = createMatrix(rows.count, rows.width)
  for (let at = 0; at < rows.values.length; at++)
    centred.values[at] = rows.values[at]! - mean[at % rows.width]!
  return centred
}

/** The product of two matrices. */
export function multiply(left: Matrix, right: Matrix): Matrix {
  const product = createMatrix(left.count, right.width)
  for (let row = 0; row < left.count; row++) {
    const into = rowOf(product, row)
    for (const [i, value] of rowOf(left, row).entries()) {
      const from = rowOf(right, i)
      for (let k = 0; k < right.width; k++) into[k]! += value * from[k]!
    }
  }
  return product
}

function meanOf({ values, width, count }: Matrix): Float64Array {
  const mean = new Float64Array(width)
  for (let at = 0; at < values.length; at++) mean[at % width]! += values[at]! / count
  return mean
}

function covarianceOf(rows: Matrix): Float64Array {
  const size = rows.width
  const { values } = subtractMean(rows)
  const covariance = new Float64Array(size * size)
  for (let start = 0; start < values.length; start += size) {
    for (let i = 0; i < size; i++) {
      const value = values[start + i]! / rows.count
      for (let k = 0; k < size; k++) covariance[i * size + k]! += value * values[start + k]!
    }
  }
  return covariance
}

function offDiagonal(matrix: Float64Array, size: number): number {
  let beside = 0
  let all = 0
  for (const [at, value] of matrix.entries()) {
    all += value * value
    if (at % (size + 1) !== 0) beside += value * value
  }
  return all === 0 ? 0 : beside / all
}

/** Turns the axes p and q so that nothing is left between them. */
function rotate(matrix: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const between = matrix[p * size + q]!
  if (between === 0) return
  const theta = (matrix[q * (size + 1)]! - matrix[p * (size + 1)]!) / (2 * between)
  const tangent = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const cosine = 1 / Math.hypot(tangent, 1)
  const sine = tangent * cosine
  const turn = (values: Float64Array, a: number, b: number) => {
    const [x, y] = [values[a]!, values[b]!]
    values[a] = cosine * x - sine * y
    values[b] = sine * x + cosine * y
  }
  for (let i = 0; i < size; i++) turn(matrix, i * size + p, i * size + q)
  for (let i = 0; i < size; i++) turn(matrix, p * size + i, q * size + i)
  for (let i = 0; i < size; i++) turn(vectors, i * size + p, i * size + q)
}
