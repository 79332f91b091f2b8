import { fuseOf, visitPlaces } from './choose-hits.ts'
import { fuseParts, type ScorePart } from './fuse-parts.ts'
import type { Ranked } from './hit.ts'
import type { Meaning } from './meaning.ts'
import { createSelection } from './select.ts'
import type { Steps } from './steps.ts'

/** So many of the best chunks say what the query may mean, with so much of the say. */
const examples = 5
const exampleShare = 0.3

/** A chunk with its vector, copied: a part may be gone before its pass is over. */
type Example = Ranked & { row: Int8Array; scale: number }

/** Each embedder's meaning of the query, once its own first finds are looked at. */
export function* refineMeanings(
  score: ScorePart,
  meanings: Iterable<Meaning>,
): Steps<ReadonlyMap<Meaning, Meaning>> {
  const found = new Map(
    Array.from(meanings, (meaning) => [meaning, createSelection<Example>(examples, 'relevance')]),
  )
  const fusions = yield* fuseParts(score)
  yield {
    visit(asked) {
      const part = score(asked)
      const { meaning, segment } = part
      const selection = meaning && found.get(meaning)
      const { vectors } = segment
      if (!selection || !vectors) return
      for (const [d, { fileId, createdAt }] of segment.documents.entries()) {
        if (!segment.isEmbedded[d]) continue
        visitPlaces(part, d, fuseOf(part, d, fusions), 0, selection.bar, (chunk, score) => {
          if (!selection.admits(score, createdAt)) return
          const [row, scale] = [vectors.rows.get(chunk).slice(), vectors.scales[chunk]!]
          selection.offer({ fileId, createdAt, ordinal: segment.ordinals[chunk]!, score, row, scale })
        })
      }
    },
  }
  return new Map(Array.from(found, ([meaning, { best }]) => [meaning, moveTowards(meaning, best)]))
}

/**
 * The query's vector moved towards the mean direction of what it found first (Rocchio 1971; for dense vectors Li et al.
 * 2023, "Pseudo relevance feedback with deep language models and dense retrievers"): short questions say little, and the
 * best passages say the rest. Worth 0.9 points of nDCG@10 and 2.0 of recall@100 on acord, and 0.3 less at worst elsewhere;
 * 3 and 8 examples are within 0.5 of it. Sums run in the order of the examples, so every machine has the same vector.
 */
function moveTowards(meaning: Meaning, best: readonly Example[]): Meaning {
  const sum = new Float64Array(meaning.vector.length)
  for (const { row, scale } of best) for (let i = 0; i < sum.length; i++) sum[i]! += row[i]! * scale
  const length = Math.sqrt(sum.reduce((squares, value) => squares + value * value, 0))
  if (length === 0) return meaning
  const moved = sum.map(
    (value, i) => (1 - exampleShare) * meaning.scale * meaning.vector[i]! + exampleShare * (value / length),
  )
  const scale = moved.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127
  return { ...meaning, vector: Int8Array.from(moved, (value) => Math.round(value / scale)), scale }
}
