import type { RecordRead } from '#features/events/index.ts'
import {
  createMatcher,
  type MeaningDeps,
  plainQuery,
  readMeanings,
  retrieve,
  type RetrievalDeps,
  type RetrievedChunk,
  type RetrievalRequest,
} from '#features/search/index.ts'
import { formatId, type Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { isAskingWord } from './evidence/question-words.ts'
import { type Evidence, selectEvidence } from './evidence/select-evidence.ts'
import { pageAt, readSources } from './queries.ts'

export type AskDeps = RetrievalDeps & MeaningDeps & { ids: Ids; recordRead: RecordRead }

export type AskInput = Pick<RetrievalRequest, 'spaces' | 'files' | 'folders' | 'filter'> & {
  question: string
  top_k: number
}

/**
 * Below this share of the question's weight the best sentence answers something else. On half of SQuAD 2.0
 * (`npm run eval:answers`) it keeps four of five answerable questions, and nine of ten of those quotes hold the answer;
 * questions made to mislead by the same words mostly pass, and words alone cannot tell them.
 */
const leastStrength = 0.5

/**
 * Answers a question with sentences of the files, each a literal quote with its place, or refuses. Nothing is
 * generated. Retrieval, texts and pages come from one transaction of the asker.
 * @throws spaces.not_found
 */
export async function ask(scope: TenantScope, input: AskInput, { ids, ...deps }: AskDeps) {
  const { question: query, top_k: limit, spaces, files, folders, filter } = input
  const meanings = await readMeanings(scope, { query, spaces }, deps)
  return deps.db.tenant(scope, async (tx) => {
    const { chunks, words, spaceIds } = await retrieve(
      tx,
      { query: plainQuery(query), meanings, spaces, files, folders, filter, limit },
      deps,
    )
    const weights = words.map(({ text, idf, variants }) =>
      // A function word of every language is not looked for; words in a row that stand for others weigh nothing of
      // their own: each of them does.
      isAskingWord(text) || variants.every(({ isStopped }) => isStopped) ? 0 : idf,
    )
    const findMatches = createMatcher(words)
    const passages = chunks.map((chunk) => ({
      text: chunk.text,
      language: chunk.language,
      matches: findMatches(chunk.text, chunk.language),
      headingWords: new Set(findMatches(chunk.heading, chunk.language).map(({ word }) => word)),
    }))
    const evidence = selectEvidence(weights, passages)
    const strongest = evidence[0]?.strength ?? 0
    const sources: Sources =
      strongest < leastStrength
        ? new Map()
        : await readSources(
            tx,
            evidence.map(({ passage }) => chunks[passage]!),
          )
    const id = ids.uuid()
    const answer = present(formatId('ans', id), evidence, chunks, sources, strongest)
    await deps.recordRead(tx, {
      type: answer.refused ? 'answer.refused' : 'answer.created',
      subject: { type: 'answer', id },
      data: {
        reason: answer.reason,
        files: [...new Set(answer.citations.map(({ file_id }) => file_id))],
        spaces: spaceIds.map((space) => formatId('spc', space)),
      },
      ...(spaceIds.length === 1 ? { place: { space: spaceIds[0] ?? '' } } : {}),
    })
    return answer
  })
}

type Sources = Awaited<ReturnType<typeof readSources>>

function present(
  id: string,
  evidence: Evidence[],
  chunks: RetrievedChunk[],
  sources: Sources,
  strongest: number,
) {
  const model = 'extractive'
  const citations = evidence.flatMap(({ passage, start, end }) => {
    const chunk = chunks[passage]
    const source = chunk && sources.get(chunk.version_id)
    return chunk && source ? [cite(chunk, source, start, end)] : []
  })
  if (citations.length === 0) {
    const reason = strongest === 0 ? ('no_evidence' as const) : ('low_evidence' as const)
    return { id, answer: '', refused: true, reason, citations: [], model }
  }
  const numbered = citations.map((citation, i) => ({ index: i + 1, ...citation }))
  const answer = numbered.map(({ quote, index }) => `${quote} [${index}]`).join('\n\n')
  return { id, answer, refused: false, reason: null, citations: numbered, model }
}

/** A quote is cut out of the version's stored text by its offsets, so it cannot be anything but literal. */
function cite(
  chunk: RetrievedChunk,
  source: { text: string; pageStarts: number[] | null },
  start: number,
  end: number,
) {
  const offsets: [number, number] = [chunk.start_offset + start, chunk.start_offset + end]
  const page = pageAt(source.pageStarts, offsets[0])
  const file = formatId('fil', chunk.file_id)
  return {
    file_id: file,
    file_name: chunk.file_name,
    chunk_id: formatId('chk', chunk.id),
    version_id: formatId('ver', chunk.version_id),
    page,
    quote: source.text.slice(...offsets),
    offsets,
    url: `/v1/files/${file}/content${page === null ? '' : `#page=${page}`}`,
  }
}
