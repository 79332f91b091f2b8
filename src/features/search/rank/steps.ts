import type { VectorKind } from '../index/lay-out.ts'
import type { SpaceIndex } from '../index/space-index.ts'
import { type ReadableSegment, restrictSegment } from './readable.ts'

/** A space with its index in memory. */
export type AskedSpace = { spaceId: string; index: SpaceIndex }

/** A segment of an asked space as one caller sees it. */
export type AskedPart = ReadableSegment & { spaceId: string; kind: VectorKind | undefined }

/**
 * One look at every part of what is asked, in whatever order they come. A pass that is for some versions only need not be
 * shown parts without them.
 */
export type Pass = { visit: (part: AskedPart) => void; only?: ReadonlySet<string> | undefined }

/**
 * A computation over parts that may be too many to be in memory at once: it asks for one pass after the other and keeps
 * counts, sums and bests between them, never a part. So a space in memory and one that is read block by block give the same
 * result by the same code.
 */
export type Steps<Result> = Generator<Pass, Result, void>

/** Over parts in memory, without a pause in which an index could move on. */
export function runSteps<Result>(steps: Steps<Result>, parts: readonly AskedPart[]): Result {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    for (const part of parts) step.value.visit(part)
  }
}

/** `readable` undefined: the caller may read every file. */
export function partsOf(
  spaces: readonly AskedSpace[],
  readable: ReadonlySet<string> | undefined,
): AskedPart[] {
  return spaces.flatMap(({ spaceId, index }) =>
    index.segments.map((segment) => ({ spaceId, kind: index.kind, ...restrictSegment(segment, readable) })),
  )
}

/** Computes once what several passes need of a part, as long as the part itself is kept. */
export function remember<Of extends object, Value>(compute: (of: Of) => Value): (of: Of) => Value {
  const known = new WeakMap<Of, Value>()
  return (of) => {
    const before = known.get(of)
    if (before !== undefined) return before
    const value = compute(of)
    known.set(of, value)
    return value
  }
}
