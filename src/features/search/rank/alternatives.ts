import { findPhrase } from '../query/find-phrase.ts'
import { findTerm } from '../terms/table.ts'
import type { QueryWord } from './query-words.ts'
import type { Segment } from '../index/segment.ts'

/** A synonym counts like so much of the word itself: a tenth less at the end, and exact in a double. */
const synonymShare = 13 / 16

/** The word, or one of its synonyms, in the chunks of a segment. */
export type Alternative = {
  /** As the rules spell it; undefined for the word itself. */
  synonym: string | undefined
  /** Per chunk how often it is there, 255 at most. */
  counts: Uint8Array
  /** Are these the counts of stop words, which count for frequencies and are not looked for? */
  isStopped: boolean
}

/** A word with synonyms as one space says them; the word itself comes first. */
export function findAlternatives(
  segment: Segment,
  spaceId: string,
  word: Pick<QueryWord, 'variants' | 'synonyms'>,
): Alternative[] {
  const own = word.variants.map((variant) => ({
    synonym: undefined,
    counts: findPhrase(segment, [variant]),
    isStopped: variant.isStopped,
  }))
  const others = (word.synonyms.get(spaceId) ?? []).flatMap(({ text, variants }) =>
    variants
      .filter((terms) => terms.every(({ high, low }) => findTerm(segment.terms, high, low) >= 0))
      .map((terms) => ({ synonym: text, counts: findPhrase(segment, terms), isStopped: false })),
  )
  return [...own, ...others]
}

/** Per chunk how often it has the word, or for how much of that its best synonym counts. */
export function countAlternatives(segment: Segment, spaceId: string, word: QueryWord): Float64Array {
  const best = new Float64Array(segment.ordinals.length)
  for (const { synonym, counts, isStopped } of findAlternatives(segment, spaceId, word)) {
    if (isStopped) continue
    const share = synonym === undefined ? 1 : synonymShare
    for (let chunk = 0; chunk < counts.length; chunk++)
      if (counts[chunk]! * share > best[chunk]!) best[chunk] = counts[chunk]! * share
  }
  return best
}
