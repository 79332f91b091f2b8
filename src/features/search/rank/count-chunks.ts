import { plainQuery } from '../query/parse-query.ts'
import { queryWords } from './query-words.ts'
import type { AskedSpace } from './rank.ts'
import { familiesOf, restrictSegment } from './readable.ts'
import { gatherStatistics } from './statistics.ts'

/** Counts the readable chunks of some spaces that have a word in whatever form. */
export function createChunkCounter(
  spaces: readonly AskedSpace[],
  readable: ReadonlySet<string> | undefined,
): (word: string) => number {
  const segments = spaces.flatMap(({ spaceId, index }) =>
    index.segments.map((one) => ({ spaceId, ...restrictSegment(one, readable) })),
  )
  const families = familiesOf(segments)
  return (word) => gatherStatistics(segments, queryWords(plainQuery(word), families)).frequencies[0] ?? 0
}
