import type { Segment } from '../index/segment.ts'
import { findTerm } from '../terms/table.ts'
import { countAlternatives } from './alternatives.ts'
import type { Side } from './fuse.ts'
import type { Fusions } from './fuse-parts.ts'
import { lookAround } from './join-neighbours.ts'
import type { QueryWord } from './query-words.ts'
import type { ComparedPart } from './rank.ts'
import { type Bm25, lengthNorm, scoreUnits, scoreWord } from './score.ts'
import type { Hit } from './select.ts'
import { idfUnits, type Statistics } from './statistics.ts'

/**
 * How a score came about. By words alone it is `words.score`; fused it is `weight · share` of the words plus that of the
 * meaning. Everything is exact: the sums are those of the score, to the last bit.
 */
export type Explanation = {
  words: {
    /** In points of BM25: `own` joined with what stands around (`joinNeighbours`). */
    score: number
    /** The sum of what the terms add. */
    own: number
    /** How many chunks beside it are in its file, and the sum of their own scores. */
    neighbours: number
    around: number
    terms: ExplainedTerm[]
    /** Of the chunk and, on average, of the readable chunks, in terms. */
    length: number
    averageLength: number
    /** Readable chunks of all asked spaces. */
    chunks: number
  } & (Side | { weight: 1; share: null; best: null })
  /** Undefined where words alone ranked. */
  meaning: ({ cosine: number } & Side) | undefined
}

export type ExplainedTerm = {
  word: string
  tf: number
  df: number
  idf: number
  times: number
  score: number
}

/** Explains hits of one search. */
export function createExplainer(
  parts: readonly ComparedPart[],
  words: readonly QueryWord[],
  statistics: Statistics,
  bm25: Bm25,
  fusions: Fusions,
): (hit: Hit) => Explanation {
  const { averageLength, chunks, frequencies, idfs } = statistics
  const { flat, slope } = lengthNorm(bm25, averageLength)
  return (hit) => {
    const { segment, meaning, scores, chunk, neighbours, around } = findChunk(parts, hit)
    const length = segment.lengths[chunk]!
    const terms = words.flatMap((word, w) => {
      const { text, variants, times } = word
      const tf = word.synonyms.has(hit.spaceId)
        ? countAlternatives(segment, hit.spaceId, word)[chunk]!
        : variants.reduce(
            (sum, variant) => sum + (variant.isStopped ? 0 : countOf(segment, chunk, variant)),
            0,
          )
      const score = (scoreWord(idfs[w]!, tf, flat + slope * length) * times) / scoreUnits
      return tf > 0 ? [{ word: text, tf, df: frequencies[w]!, idf: idfs[w]! / idfUnits, times, score }] : []
    })
    const byWords = {
      score: scores.words[chunk]! / scoreUnits,
      own: terms.reduce((sum, term) => sum + term.score, 0),
      neighbours,
      around: around / scoreUnits,
      terms,
      length,
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
}

function findChunk(parts: readonly ComparedPart[], { versionId, ordinal }: Hit) {
  for (const part of parts) {
    const { documents, documentStarts, isLive, ordinals } = part.segment
    const document = documents.findIndex((one, d) => isLive[d] === 1 && one.versionId === versionId)
    if (document === -1) continue
    const chunk = ordinals.indexOf(ordinal, documentStarts[document])
    const last = documentStarts[document + 1]! - 1
    const meaning = part.segment.isEmbedded[document] ? part.meaning : undefined
    return { ...part, meaning, chunk, ...lookAround(part.own, chunk, documentStarts[document]!, last) }
  }
  throw new Error('a hit lies in none of the segments it was found in')
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
