import type { Rerankers } from '#adapters/rerank/port.ts'
import type { RecordRead } from '#features/events/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import type { NewEvent } from '#platform/events/index.ts'
import { formatId, type Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { Static } from 'typebox'
import { type MeaningDeps, readMeanings } from './embedding/read-meanings.ts'
import type { SearchRecorder } from './insight/record-searches.ts'
import { type Cursor, decodeCursor, encodeCursor, questionOf } from './paging/cursor.ts'
import { plainQuery, wantedText } from './query/parse-query.ts'
import { readQuery } from './query/read-query.ts'
import type { QueryWord } from './rank/query-words.ts'
import { createPresenter } from './present.ts'
import { type ChosenRerankers, chooseRerankers } from './rerank/choose-rerankers.ts'
import { rerank } from './rerank/rerank.ts'
import { cutPage, windowSize } from './rerank/window.ts'
import { type RetrievalDeps, type RetrievalRequest, retrieve } from './retrieve.ts'
import type { SearchAnswer, SearchInput } from './schemas.ts'

export type SearchDeps = RetrievalDeps &
  MeaningDeps & {
    rerankers: Rerankers
    ids: Ids
    recorder: Pick<SearchRecorder, 'record'>
    recordRead: RecordRead
  }

/**
 * Searches the spaces a caller may read. What cannot be compared by meaning is ranked by its words in every mode, and the
 * answer says so. Where spaces have a reranker, it orders the best finds anew, after the transaction that read them.
 * @throws spaces.not_found, input.invalid, files.not_found, chunks.not_found, files.not_ready
 */
export async function search(
  scope: TenantScope,
  input: Input,
  deps: SearchDeps,
): Promise<Static<typeof SearchAnswer>> {
  const started = performance.now()
  const cursor = readCursor(scope, input)
  const choice = choiceOf(input, cursor)
  const subject = await subjectOf(scope, input, deps)
  const searchId = cursor ? undefined : deps.ids.uuid()
  const facets = input.facets && { names: input.facets, limit: input.facet_values ?? 10 }
  const { chunks, total, isCut, words, phrases, rerankers, ...found } = await deps.db.tenant(
    scope,
    async (tx) => {
      const rerankers = isReranked(input, deps)
        ? await chooseRerankers(tx, input.spaces, deps.rerankers)
        : none
      const isWindow = cursor ? cursor.shown !== undefined : rerankers.size > 0
      const shown = {
        isExplained: input.explain || isWindow,
        isCorrected: input.correct && input.mode !== 'vector',
        limit: isWindow ? Math.max(windowSize, (cursor?.shown?.size ?? 0) + input.limit) : input.limit,
      }
      const retrieval = await retrieve(tx, { ...input, ...subject, ...shown, choice, facets }, deps)
      if (searchId !== undefined) await deps.recordRead(tx, performed(searchId, input, retrieval))
      return { ...retrieval, rerankers, isWindow }
    },
  )
  const head = found.isWindow ? chunks.slice(0, windowSize) : []
  const reranked = await rerank(wantedText(subject.query), head, rerankers, scope.signal)
  const parts = { head: reranked.chunks, rest: chunks.slice(head.length), last: head.at(-1), isCut }
  const window = { shown: cursor?.shown ?? nothing, limit: input.limit, isGrouped: input.group_by_file }
  const { page, next } = cutPage(parts, window)
  const { compared, degradedBy } = found
  const tookMs = Math.round((performance.now() - started) * 10) / 10
  if (searchId !== undefined) {
    const counted = countBySpace(found.spaceIds, page)
    deps.recorder.record(scope, { searchId, query: input.query, tookMs, found: counted })
  }
  return {
    id: searchId === undefined ? null : formatId('sea', searchId),
    results: page.map(createPresenter(words, phrases, input)),
    total,
    next_cursor: next ? encodeCursor(questionOf(scope, input), next) : null,
    ...(found.facets ? { facets: found.facets } : {}),
    mode_used: compared === 'none' ? 'text' : input.mode,
    degraded: degradedBy !== undefined,
    degraded_by: degradedBy ?? null,
    reranked: reranked.isReranked,
    not_reranked_by: reranked.failedBy ?? null,
    corrections: found.corrections,
    synonyms: words.flatMap(presentSynonyms),
    took_ms: tookMs,
  }
}

/** How many were found and where, and nothing of what was asked. */
function performed(
  id: string,
  { mode, like }: Input,
  { spaceIds, total }: { spaceIds: readonly string[]; total: number },
): NewEvent {
  const [only, ...others] = spaceIds
  return {
    type: 'search.performed',
    subject: { type: 'search', id },
    ...(only !== undefined && others.length === 0 ? { place: { space: only } } : {}),
    data: {
      mode,
      is_by_example: like !== undefined,
      spaces: spaceIds.map((space) => formatId('spc', space)),
      total,
    },
  }
}

function countBySpace(spaceIds: readonly string[], page: readonly { space_id: string }[]) {
  const found = new Map(spaceIds.map((id) => [id, 0]))
  for (const { space_id } of page) found.set(space_id, (found.get(space_id) ?? 0) + 1)
  return found
}

const none: ChosenRerankers = new Map()
const nothing: ReadonlySet<string> = new Set()

/** Only what was found by a query and stands in the order of relevance has a better order. */
function isReranked({ query, sort, rerank: isWanted = true }: Input, { rerankers }: SearchDeps): boolean {
  return isWanted && rerankers.all.length > 0 && query !== undefined && (sort ?? 'relevance') === 'relevance'
}

type Input = Static<typeof SearchInput>

/** @throws input.invalid */
function choiceOf(input: Input, cursor: Cursor | undefined): NonNullable<RetrievalRequest['choice']> {
  const { group_by_file: groupByFile, chunks_per_file: placesPerFile } = input
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
    after: cursor?.after,
  }
}

/** @throws input.invalid */
function readCursor(scope: TenantScope, input: Input): Cursor | undefined {
  return input.cursor === undefined ? undefined : decodeCursor(input.cursor, questionOf(scope, input))
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
