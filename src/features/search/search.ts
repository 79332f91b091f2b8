import type { Embedder } from '#adapters/embedder/port.ts'
import type { Db } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { Static } from 'typebox'
import { type Meaning, readMeaning } from './rank/meaning.ts'
import { type RetrievalDeps, type RetrievedChunk, retrieve } from './retrieve.ts'
import type { SearchAnswer, SearchInput, SearchResult } from './schemas.ts'
import { cutSnippet } from './snippet/cut-snippet.ts'
import { createMatcher, type FindMatches, highlightsOf } from './snippet/find-matches.ts'

export type SearchDeps = RetrievalDeps & { db: Db; embedder: Embedder }

/**
 * Searches the spaces a caller may read. Where files lack vectors every mode is answered with words, and the answer says
 * so.
 * @throws spaces.not_found
 */
export async function search(
  scope: TenantScope,
  input: Static<typeof SearchInput>,
  deps: SearchDeps,
): Promise<Static<typeof SearchAnswer>> {
  const started = performance.now()
  const { group_by_file: groupByFile, ...rest } = input
  const meaning = await meaningOf(input, scope, deps)
  const { chunks, total, words, isDegraded } = await deps.db.tenant(scope, (tx) =>
    retrieve(tx, { ...rest, meaning, groupByFile }, deps),
  )
  const findMatches = createMatcher(words)
  return {
    results: chunks.map((chunk) => presentChunk(chunk, findMatches, input.highlight)),
    total,
    mode_used: isDegraded ? 'text' : input.mode,
    degraded: isDegraded,
    took_ms: Math.round((performance.now() - started) * 10) / 10,
  }
}

async function meaningOf(
  { query, mode }: Pick<Static<typeof SearchInput>, 'query' | 'mode'>,
  scope: TenantScope,
  { embedder }: SearchDeps,
): Promise<Meaning | undefined> {
  if (mode === 'text') return undefined
  return readMeaning(embedder, query, scope.signal, mode === 'vector' ? 1 : undefined)
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
    match_source: chunk.source,
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
