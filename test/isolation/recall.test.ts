import { afterAll, describe, expect, test } from 'vitest'
import { embedChunks } from '../../src/features/search/block/build.ts'
import { parseQuery } from '../../src/features/search/query/parse-query.ts'
import { readMeaning } from '../../src/features/search/rank/meaning.ts'
import { inParallel } from '../../bench/server/in-parallel.ts'
import { listAll, waitUntilRead } from '../../bench/server/list-files.ts'
import { createCorpus } from '../../bench/speed/write-corpus.ts'
import { everyMatch } from '../../src/features/search/rank/choose-hits.ts'
import { defaultBm25 } from '../../src/features/search/rank/score.ts'
import { rankByHand, type TestFile } from '../../src/features/search/reference/rank-by-hand.ts'
import { type IdPrefix, parseId } from '#platform/ids.ts'
import { type Api, createTenant, startTestApp, type TestApp } from '../support/app.ts'
import { shippedEmbedder as embedder } from '../support/embedder.ts'
import { scale } from '../support/scale.ts'

/**
 * A shared index loses a small tenant's results beside a large one, and its words weigh differently: recall@10 of a
 * 25-vector tenant was 0.128. Here every tenant's results are the exact ones, whoever is next to it.
 */
const app = await startLarge()
afterAll(() => app.close())

const neighbour = await createTenant(app, { slug: 'large' })
await fill(neighbour.api, scale.chunksOfNeighbour, 1, 200)

type Found = {
  total: number
  results: { file_name: string; version_id: string; chunk_id: string; score: number; snippet: string }[]
}

/** `document` is in every title and so in every chunk; the others are as rare and as frequent as words are. */
const queries = ['document', ...Array.from({ length: 8 }, (_, i) => createCorpus(100 + i).writeQuery())]
const limits = [1, 10, 100]
const asked = queries.flatMap((query) => limits.map((limit) => ({ query, limit })))

test('the large neighbour is there, and is searched', async () => {
  const found = await neighbour.api.post<Found>('/v1/search', { query: 'document', limit: 1 })
  expect(found.body.total).toBeGreaterThan(0.9 * scale.chunksOfNeighbour)
})

describe.each(scale.chunksOfTenants)('a tenant of %d chunks beside a large one', (size) => {
  test('is answered exactly, with min(k, n) results, and as if it were alone in its database', async () => {
    const { api } = await createTenant(app, { slug: `small-${size}` })
    await fill(api, size, size)
    const { files, ordinals } = await readTexts(api)
    const chunks = files.reduce((sum, file) => sum + file.chunks.length, 0)
    expect(chunks).toBe(size)
    const beside = await askAll(api)

    const exact = new Map<string, ReturnType<typeof rankByHand>>()
    for (const query of queries) {
      const meanings = new Map([[embedder.id, await readMeaning(embedder, query, signal)]])
      exact.set(
        query,
        rankByHand(files, { ...everything, query: parseQuery(query), meanings }, () => embedder.id),
      )
    }
    for (const [i, { query, limit }] of asked.entries()) {
      const { total, results } = beside[i]!
      const expected = exact.get(query)!
      expect({ query, total }).toEqual({ query, total: expected.total })
      const places = results.map(({ version_id, chunk_id, score }) => ({
        versionId: uuidOf('ver', version_id),
        ordinal: ordinals.get(chunk_id),
        score,
      }))
      expect(places, query).toEqual(
        expected.hits.slice(0, limit).map(({ versionId, ordinal, score }) => ({ versionId, ordinal, score })),
      )
    }
    // The first query finds every chunk there is.
    expect(beside.slice(0, limits.length).map(({ results }) => results.length)).toEqual(
      limits.map((limit) => Math.min(limit, size)),
    )
    expect(beside.map(withoutIds)).toEqual((await answersAlone(size)).map(withoutIds))
  })
})

const { signal } = new AbortController()

const everything = {
  ...everyMatch,
  limit: Math.max(...limits),
  bm25: defaultBm25,
  readable: undefined,
}

function startLarge(): Promise<TestApp> {
  return startTestApp({ settings: { BULKHEAD_EXTRACTION_PROCESSES: '2' } })
}

async function answersAlone(size: number): Promise<Found[]> {
  const alone = await startLarge()
  try {
    await fill(alone.tenant, size, size)
    return await askAll(alone.tenant)
  } finally {
    await alone.close()
  }
}

/** Uploads made-up documents with exactly so many chunks in all; one after the other, so that ids are in their order. */
async function fill(api: Api, chunks: number, seed: number, chunksOfDocument = 30): Promise<void> {
  const corpus = createCorpus(seed)
  const documents = Array.from({ length: Math.ceil(chunks / chunksOfDocument) }, (_, i) => i)
  await inParallel(documents, 1, async (i) => {
    const text = corpus.writeDocument(Math.min(chunksOfDocument, chunks - i * chunksOfDocument))
    expect((await api.upload(`document ${i}.md`, text)).status).toBe(201)
  })
  await waitUntilRead(api, 60_000 + chunks * 100)
}

async function askAll(api: Api): Promise<Found[]> {
  const answers: Found[] = []
  for (const one of asked) {
    const { status, body } = await api.post<Found>('/v1/search', { ...one, correct: false })
    expect(status).toBe(200)
    answers.push({ total: body.total, results: body.results })
  }
  return answers
}

/** What the same documents in another database have in common. */
function withoutIds({ total, results }: Found) {
  return { total, results: results.map(({ file_name, score, snippet }) => ({ file_name, score, snippet })) }
}

type ListedFile = { id: string; name: string; version_id: string; title: string | null; language: string }
type ListedChunk = { id: string; ordinal: number; text: string; heading: string }

/** The tenant's texts as its own key reads them, for the scorer that knows no index. */
async function readTexts(api: Api): Promise<{ files: TestFile[]; ordinals: Map<string, number> }> {
  const ordinals = new Map<string, number>()
  const files: TestFile[] = []
  for (const file of await listAll<ListedFile>(api, '/v1/files')) {
    const chunks = await listAll<ListedChunk>(api, `/v1/files/${file.id}/chunks`)
    for (const { id, ordinal } of chunks) ordinals.set(id, ordinal)
    const title = file.title ?? file.name.replace(/\.md$/, '')
    const { language } = file
    const indexed = chunks.map((chunk) => ({ ...chunk, tableHeader: '', title, language }))
    files.push({
      spaceId: '',
      fileId: uuidOf('fil', file.id),
      versionId: uuidOf('ver', file.version_id),
      createdAt: 0,
      chunks: indexed,
      vectors: await embedChunks(indexed, embedder, signal),
    })
  }
  return { files, ordinals }
}

function uuidOf(prefix: IdPrefix, id: string): string {
  const uuid = parseId(prefix, id)
  if (uuid === undefined) throw new Error(`${id} is no ${prefix}`)
  return uuid
}
