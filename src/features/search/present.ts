import { formatId } from '#platform/ids.ts'
import type { Static } from 'typebox'
import type { Phrase } from './query/conditions.ts'
import type { Explanation } from './rank/hit.ts'
import type { QueryWord } from './rank/query-words.ts'
import type { Neighbour } from './read-neighbours.ts'
import type { RankedPlace } from './read-ranked.ts'
import type { Judgement, RerankedChunk } from './rerank/rerank.ts'
import type { Explanation as ExplanationShape, FoundPlace, SearchInput, SearchResult } from './schemas.ts'
import { cutSnippet } from './snippet/cut-snippet.ts'
import { createMatcher, type FindMatches, highlightsOf } from './snippet/find-matches.ts'

type Shown = Pick<Static<typeof SearchInput>, 'highlight' | 'chunks_per_file' | 'context' | 'explain'>

/** Makes results of one search out of its chunks. */
export function createPresenter(
  words: readonly QueryWord[],
  phrases: readonly Phrase[],
  { highlight, chunks_per_file, context = 0, explain }: Shown,
) {
  const findMatches = createMatcher(words, phrases)
  return (chunk: RerankedChunk): Static<typeof SearchResult> => ({
    file_id: formatId('fil', chunk.file_id),
    file_name: chunk.file_name,
    space_id: formatId('spc', chunk.space_id),
    version_id: formatId('ver', chunk.version_id),
    ...presentPlace(chunk, findMatches, highlight),
    created_at: new Date(chunk.createdAt).toISOString(),
    metadata: chunk.metadata,
    ...(context === 0
      ? {}
      : { before: chunk.before.map(presentNeighbour), after: chunk.after.map(presentNeighbour) }),
    ...(chunks_per_file === undefined
      ? {}
      : { more_chunks: chunk.more.map((place) => presentPlace(place, findMatches, highlight)) }),
    ...(chunk.judgement && { rerank_score: chunk.judgement.score }),
    ...(explain && chunk.explanation
      ? { explanation: presentExplanation(chunk.explanation, chunk.judgement) }
      : {}),
  })
}

/** The snippet shows the best place, with or without marks. */
function presentPlace(
  chunk: RankedPlace,
  findMatches: FindMatches,
  isMarked: boolean,
): Static<typeof FoundPlace> {
  const matches = findMatches(chunk.text, chunk.language)
  const snippet = cutSnippet(chunk.text, matches)
  return {
    chunk_id: formatId('chk', chunk.id),
    score: chunk.score,
    match_source: chunk.source,
    text: chunk.text,
    snippet: snippet.text,
    highlights: isMarked ? snippet.highlights : [],
    text_highlights: isMarked ? highlightsOf(matches) : [],
    page: chunk.page,
    heading: chunk.heading,
    offsets: [chunk.start_offset, chunk.end_offset],
  }
}

function presentNeighbour({ id, text, page, heading, start_offset, end_offset }: Neighbour) {
  return { chunk_id: formatId('chk', id), text, page, heading, offsets: [start_offset, end_offset] }
}

function presentExplanation(
  { words, meaning }: Explanation,
  judgement: Judgement | undefined,
): Static<typeof ExplanationShape> {
  const { averageLength: average_length, ...own } = words
  return {
    words: { ...own, average_length },
    meaning: meaning ?? null,
    rerank: judgement ? presentJudgement(judgement) : null,
  }
}

function presentJudgement({ bestRelevance, bestWords, ...own }: Judgement) {
  return { ...own, best_relevance: bestRelevance, best_words: bestWords }
}
