import type { VectorMemory } from '../vectors/vector-memory.ts'
import { gone, type Part, type VectorKind } from './lay-out.ts'
import type { SegmentVectors } from './segment.ts'

/** Copies the vectors of what goes on; chunks without any keep a scale of 0. */
export function mergeVectors(
  parts: readonly Pick<Part, 'vectors' | 'target'>[],
  chunks: number,
  { width }: VectorKind,
  createRows: VectorMemory['createRows'],
): SegmentVectors | undefined {
  if (parts.every(({ vectors }) => vectors === undefined)) return undefined
  const rows = createRows(chunks, width)
  const scales = new Float32Array(chunks)
  for (const { vectors, target } of parts) {
    if (!vectors) continue
    for (const [i, chunk] of target.entries()) {
      if (chunk === gone) continue
      rows.set(chunk, vectors.row(i))
      scales[chunk] = vectors.scales[i]!
    }
  }
  return { rows, scales }
}
