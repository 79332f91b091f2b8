/** Embedders of vectors that a test writes down itself. */
export const kind = { id: 'e1', width: 3 }
export const otherKind = { id: 'e2', width: 3 }

/** A vector of zeros has no direction. */
export function vectorsOf(numbers: number[][], embedder: string) {
  const lengths = numbers.map((row) => Math.hypot(...row))
  const scales = Float32Array.from(lengths, (length) => (length === 0 ? 0 : 1 / length))
  return { embedder, width: kind.width, vectors: Int8Array.from(numbers.flat()), scales }
}

export function queryVector(numbers: number[]) {
  const { vectors, scales } = vectorsOf([numbers], kind.id)
  return { vector: vectors, scale: scales[0]! }
}
