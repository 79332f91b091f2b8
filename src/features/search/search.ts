import { inputInvalid } from '#platform/errors.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { Static } from 'typebox'
import { type MeaningDeps, readMeanings } from './embedding/read-meanings.ts'
import { decodeCursor, encodeCursor, positionOf, questionOf } from './paging/cursor.ts'
import { plainQuery, wantedText } from './query/parse-query.ts'
import { readQuery } from './query/read-query.ts'
import type { QueryWord } from './rank/query-words.ts'
import { createPresenter } from './present.ts'
import { type RetrievalDeps, type RetrievalRequest, retrieve } from './retrieve.ts'
import type { SearchAnswer, SearchInput } from './schemas.ts'

export type SearchDeps = RetrievalDeps & MeaningDeps

/**
 * Searches the spaces a caller may read. What cannot be compared by meaning is ranked by its words in every mode, and the
 * answer says so.
 * @throws spaces.not_found, input.invalid, files.not_found, chunks.not_found, files.not_ready
 */
export async function search(
  scope: TenantScope,
  input: Input,
  deps: SearchDeps,
): Promise<Static<typeof SearchAnswer>> {
  const started = performance.now()
  const choice = choiceOf(scope, input)
  const subject = await subjectOf(scope, input, deps)
  const facets = input.facets && { names: input.facets, limit: input.facet_values ?? 10 }
  const shown = { isExplained: input.explain, isCorrected: input.correct && input.mode !== 'vector' }
  const { chunks, total, isCut, words, phrases, ...found } = await deps.db.tenant(scope, (tx) =>
    retrieve(tx, { ...input, ...subject, ...shown, choice, facets }, deps),
  )
  const { compared, degradedBy } = found
  const present = createPresenter(words, phrases, input)
  const last = chunks.at(-1)
  return {
    results: chunks.map(present),
    total,
    next_cursor: isCut && last ? encodeCursor(questionOf(scope, input), positionOf(last)) : null,
    ...(found.facets ? { facets: found.facets } : {}),
    mode_used: compared === 'none' ? 'text' : input.mode,
    degraded: degradedBy !== undefined,
    degraded_by: degradedBy ?? null,
    corrections: found.corrections,
    synonyms: words.flatMap(presentSynonyms),
    took_ms: Math.round((performance.now() - started) * 10) / 10,
  }
}

type Input = Static<typeof SearchInput>

/** @throws input.invalid */
function choiceOf(scope: TenantScope, input: Input): NonNullable<RetrievalRequest['choice']> {
  const { group_by_file: groupByFile, chunks_per_file: placesPerFile, cursor } = input
  if (placesPerFile !== undefined && !groupByFile) {
    throw inputInvalid('chunks_per_file needs group_by_file.', {
      errors: [{ path: 'chunks_per_file', message: 'needs group_by_file' }],
    })
  }
  return {
    groupByFile,
    placesPerFile: placesPerFile ?? 1,
    minScore: input.min_score ?? 0,
    order: input.sort ?? 'relevance',
    after: cursor === undefined ? undefined : decodeCursor(cursor, questionOf(scope, input)),
  }
}

/**
 * What is looked for: the words and meaning of a query, or what a file or chunk is about.
 * @throws input.invalid
 */
async function subjectOf(scope: TenantScope, { query, like, mode, spaces }: Input, deps: SearchDeps) {
  const share = { text: 0, vector: 1, hybrid: undefined }[mode]
  if ((query === undefined) === (like === undefined)) throw notOneSubject()
  if (query === undefined)
    return { query: plainQuery(''), meanings: undefined, like: like && { source: like, share } }
  const read = readQuery(query)
  const wanted = wantedText(read)
  // A query that only says what it does not want means nothing.
  const isMeant = share !== 0 && wanted !== ''
  const meanings = isMeant ? await readMeanings(scope, { query: wanted, spaces }, deps, share) : undefined
  return { query: read, meanings, like: undefined }
}

/** Of all spaces together: which of them says so is for its admins. */
function presentSynonyms({ text, synonyms }: QueryWord) {
  const used = new Set([...synonyms.values()].flatMap((own) => own.map((synonym) => synonym.text)))
  return used.size > 0 ? [{ word: text, used: [...used].sort() }] : []
}

function notOneSubject() {
  const message = 'either query or like is needed, and not both'
  return inputInvalid(message, { errors: [{ path: 'query', message }] })
}
