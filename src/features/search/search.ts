import type { Db } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { Static } from 'typebox'
import type { SearchIndexes } from './cache/search-indexes.ts'
import { type RetrievedChunk, retrieve } from './retrieve.ts'
import type { SearchAnswer, SearchInput, SearchResult } from './schemas.ts'
import { cutSnippet } from './snippet/cut-snippet.ts'
import { createMatcher, type FindMatches, highlightsOf } from './snippet/find-matches.ts'

export type SearchDeps = { db: Db; indexes: SearchIndexes }

/**
 * Searches the spaces a caller may read. Without an embedder every mode is answered with words, and the answer says so.
 * @throws spaces.not_found
 */
export async function search(
  scope: TenantScope,
  input: Static<typeof SearchInput>,
  { db, indexes }: SearchDeps,
): Promise<Static<typeof SearchAnswer>> {
  const started = performance.now()
  const { group_by_file: groupByFile, ...rest } = input
  const { chunks, total, words } = await db.tenant(scope, (tx) =>
    retrieve(tx, { ...rest, groupByFile }, indexes),
  )
  const findMatches = createMatcher(words)
  return {
    results: chunks.map((chunk) => presentChunk(chunk, findMatches, input.highlight)),
    total,
    mode_used: 'text',
    degraded: input.mode !== 'text',
    took_ms: Math.round((performance.now() - started) * 10) / 10,
  }
}

/** The snippet shows the best place, with or without marks. */
function presentChunk(
  chunk: RetrievedChunk,
  findMatches: FindMatches,
  isMarked: boolean,
): Static<typeof SearchResult> {
  const matches = findMatches(chunk.text, chunk.language)
  const snippet = cutSnippet(chunk.text, matches)
  return {
    file_id: formatId('fil', chunk.file_id),
    file_name: chunk.file_name,
    space_id: formatId('spc', chunk.space_id),
    chunk_id: formatId('chk', chunk.id),
    version_id: formatId('ver', chunk.version_id),
    score: chunk.score,
    match_source: 'text',
    text: chunk.text,
    snippet: snippet.text,
    highlights: isMarked ? snippet.highlights : [],
    text_highlights: isMarked ? highlightsOf(matches) : [],
    page: chunk.page,
    heading: chunk.heading,
    offsets: [chunk.start_offset, chunk.end_offset],
    metadata: chunk.metadata,
  }
}
