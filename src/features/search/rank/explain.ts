import type { Segment } from '../index/segment.ts'
import { findTerm } from '../terms/table.ts'
import { countAlternatives } from './alternatives.ts'
import type { Fusions, Part, ScorePart } from './fuse-parts.ts'
import type { Explanation, Hit } from './hit.ts'
import { lookAround } from './join-neighbours.ts'
import type { QueryWord } from './query-words.ts'
import { type Bm25, lengthNorm, scoreUnits, scoreWord } from './score.ts'
import { idfUnits, type Statistics } from './statistics.ts'
import type { Steps } from './steps.ts'

/** What all hits of one search have in common. */
export type Ranked = { words: readonly QueryWord[]; statistics: Statistics; bm25: Bm25; fusions: Fusions }

/** The hits, each with how its score came about. One whose file has gone since then has none. */
export function* explainHits(hits: readonly Hit[], score: ScorePart, ranked: Ranked): Steps<Hit[]> {
  const explained = new Map<Hit, Explanation>()
  const byVersion = Map.groupBy(hits, ({ versionId }) => versionId)
  yield {
    only: new Set(byVersion.keys()),
    visit(asked) {
      const { documents, isLive } = asked.segment
      for (const [d, { versionId }] of documents.entries()) {
        const own = isLive[d] ? byVersion.get(versionId) : undefined
        for (const hit of own ?? []) explained.set(hit, explain(score(asked), d, hit, ranked))
      }
    },
  }
  return hits.map((hit) => ({ ...hit, explanation: explained.get(hit) }))
}

function explain(
  part: Part,
  document: number,
  hit: Hit,
  { words, statistics, bm25, fusions }: Ranked,
): Explanation {
  const { segment, scores } = part
  const { averageLength, chunks } = statistics
  const { documentStarts, ordinals, lengths } = segment
  const chunk = ordinals.indexOf(hit.ordinal, documentStarts[document])
  const last = documentStarts[document + 1]! - 1
  const { neighbours, around } = lookAround(part.own, chunk, documentStarts[document]!, last)
  const meaning = segment.isEmbedded[document] ? part.meaning : undefined
  const terms = explainTerms(part, chunk, words, statistics, bm25)
  const byWords = {
    score: scores.words[chunk]! / scoreUnits,
    own: terms.reduce((sum, term) => sum + term.score, 0),
    neighbours,
    around: around / scoreUnits,
    terms,
    length: lengths[chunk]!,
    averageLength,
    chunks,
  }
  const cosine = scores.meaning?.[chunk] ?? 0
  const sides = fusions.explain(meaning, scores.words[chunk]!, cosine)
  const side = sides.words && { ...sides.words, best: sides.words.best / scoreUnits }
  // A scale of 0 is a query without a direction: then no cosine can be the best.
  const scale = meaning?.scale ?? 0
  return {
    words: { ...byWords, ...(side ?? { weight: 1, share: null, best: null }) },
    meaning: sides.meaning && {
      cosine: cosine * scale,
      ...sides.meaning,
      best: scale === 0 ? 0 : sides.meaning.best * scale,
    },
  }
}

function explainTerms(
  { segment, spaceId }: Part,
  chunk: number,
  words: readonly QueryWord[],
  { averageLength, frequencies, idfs }: Statistics,
  bm25: Bm25,
): Explanation['words']['terms'] {
  const { flat, slope } = lengthNorm(bm25, averageLength)
  return words.flatMap((word, w) => {
    const { text, variants, times } = word
    const tf = word.synonyms.has(spaceId)
      ? countAlternatives(segment, spaceId, word)[chunk]!
      : variants.reduce((sum, variant) => sum + (variant.isStopped ? 0 : countOf(segment, chunk, variant)), 0)
    const score = (scoreWord(idfs[w]!, tf, flat + slope * segment.lengths[chunk]!) * times) / scoreUnits
    return tf > 0 ? [{ word: text, tf, df: frequencies[w]!, idf: idfs[w]! / idfUnits, times, score }] : []
  })
}

/** How often the chunk has the term. */
function countOf(segment: Segment, chunk: number, { high, low }: QueryWord['variants'][number]): number {
  const term = findTerm(segment.terms, high, low)
  if (term < 0) return 0
  let start = segment.postingStarts[term]!
  let end = segment.postingStarts[term + 1]!
  while (start < end) {
    const middle = (start + end) >>> 1
    if (segment.postingChunks[middle]! < chunk) start = middle + 1
    else end = middle
  }
  const isThere = start < segment.postingStarts[term + 1]! && segment.postingChunks[start] === chunk
  return isThere ? segment.postingCounts[start]! : 0
}
