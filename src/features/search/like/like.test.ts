import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { createMetrics } from '#http/index.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database, Db } from '#platform/db/index.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { createSearchIndexes } from '../cache/search-indexes.ts'
import { everyMatch } from '../rank/choose-hits.ts'
import { plainQuery } from '../query/parse-query.ts'
import { defaultBm25 } from '../rank/score.ts'
import { letterEmbedder } from '../reference/letter-embedder.ts'
import { addSpaces, newFile, openWorkspace, putFile } from '../reference/open-workspace.ts'
import { rankByHand, type TestFile } from '../reference/rank-by-hand.ts'
import { search } from '../search.ts'
import { createAnalyser } from '../terms/analyse.ts'
import { isStopWord } from '../terms/stop-words.ts'
import { tokenise } from '../terms/tokenise.ts'
import { unrecorded } from '../reference/unrecorded.ts'

const [partnerId, tenantId, otherId] = [randomIds.uuid(), randomIds.uuid(), randomIds.uuid()]
const scopeOf = (tenant: string, spaces: 'all' | string[] = 'all') =>
  mintScope<TenantScope>({
    level: 'tenant',
    partnerId,
    tenantId: tenant,
    spaces,
    subject: { type: 'key', id: randomIds.uuid(), name: 'k' },
    permissions: new Set(['search:query']),
    requestId: 'r',
    signal: new AbortController().signal,
  })
const [scope, other] = [scopeOf(tenantId), scopeOf(otherId)]

let database: Database
let db: Db
beforeAll(async () => {
  database = await openWorkspace([tenantId, otherId], partnerId)
  db = database.db
})
afterAll(() => database.close())

const embedder = letterEmbedder()
const embedders = createEmbedders([embedder], embedder)
const kindOf = (id: string | null) => embedders.withId(id ?? '')
const indexes = createSearchIndexes({ maxBytes: 1e9, kindOf, metrics: createMetrics(), clock: systemClock })
const queued: string[] = []
const queueEmbedding = {
  lacking: (_: unknown, spaceId: string) => Promise.resolve(void queued.push(spaceId)),
  check: () => Promise.resolve(),
}

type Input = Parameters<typeof search>[1]
const defaults = {
  mode: 'text',
  limit: 10,
  group_by_file: false,
  highlight: true,
  explain: false,
  correct: true,
} as const
const ask = (input: Partial<Input>, who = scope) =>
  search(who, { ...defaults, ...input }, { db, indexes, embedders, queueEmbedding, ...unrecorded })

const publicId = ({ fileId }: TestFile) => formatId('fil', fileId)
const filesOf = (answer: Awaited<ReturnType<typeof search>>) => answer.results.map(({ file_id: id }) => id)
const chunkIds = async (file: TestFile) =>
  db.tenant(scope, async (tx) => {
    const rows = await tx.kysely
      .selectFrom('chunks')
      .select('id')
      .where('file_id', '=', file.fileId)
      .orderBy('ordinal')
      .execute()
    return rows.map(({ id }) => formatId('chk', id))
  })

/** What a source is about, straight from the texts: its words with the largest count times idf. */
function tellByHand(files: readonly TestFile[], source: TestFile, only: number | undefined): string[] {
  const analyse = createAnalyser('en')
  const read = (file: TestFile) =>
    file.chunks.map(({ text, ordinal }) => {
      const tokens = tokenise(text).map((token) => ({ text: token.text, ...analyse(token) }))
      return { tokens, isSource: file === source && (only === undefined || only === ordinal) }
    })
  const chunks = files.flatMap(read)
  const own = chunks.filter(({ isSource }) => isSource)
  const candidates = new Map(own.flatMap(({ tokens }) => tokens.map((token) => [token.low, token] as const)))
  return Array.from(candidates.values(), ({ text, high, low }) => {
    const having = chunks.filter(({ tokens }) => tokens.some((token) => token.low === low))
    const df = having.length
    const idf = Math.max(1, Math.round(1024 * Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5))))
    const count = own.flatMap(({ tokens }) => tokens).filter((token) => token.low === low).length
    const isElsewhere = having.some(({ isSource }) => !isSource)
    return { text, high, low, weight: isElsewhere && !isStopWord('en', text) ? count * idf : 0 }
  })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.high - b.high || a.low - b.low)
    .slice(0, 25)
    .map(({ text }) => text)
}

/** The mean of the unit vectors, in integers again. */
function directionByHand({ vectors }: TestFile, only: number | undefined) {
  const { scales, vectors: numbers, width } = vectors!
  const sum = Array.from({ length: width }, (_, i) =>
    [...scales.keys()]
      .filter((chunk) => only === undefined || chunk === only)
      .reduce((total, chunk) => total + numbers[chunk * width + i]! * scales[chunk]!, 0),
  )
  const largest = Math.max(...sum.map(Math.abs))
  const vector = Int8Array.from(sum, (value) => Math.round((value * 127) / largest))
  return { vector, scale: 1 / Math.hypot(...vector) }
}

const words = [
  'fee',
  'fees',
  'notice',
  'the',
  'lease',
  'rent',
  'deposit',
  'heating',
  'garden',
  ...Array.from({ length: 40 }, (_, i) => `clause${i}`),
]
const text = fc
  .array(fc.constantFrom(...words), { minLength: 1, maxLength: 30 })
  .map((some) => some.join(' '))

test('more of the same is what the most telling words and the vector find, of every chunk but the source’s', async () => {
  let found = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(text, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 6 }),
      fc.constantFrom('text', 'vector', 'hybrid'),
      fc.boolean(),
      async (texts, mode, isChunk) => {
        const slug = randomIds.uuid()
        const [space] = await addSpaces(db, scope, [slug])
        const files = await Promise.all(texts.map((own) => newFile(space!, own)))
        for (const file of files) await putFile(db, scope, file)
        const source = files[0]!
        const only = isChunk ? source.chunks.length - 1 : undefined
        const like = isChunk ? { chunk: (await chunkIds(source)).at(-1)! } : { file: publicId(source) }
        const answer = await ask({ like, spaces: [slug], mode })
        const telling = tellByHand(files, source, only)
        const share = mode === 'vector' ? 1 : embedder.shareOf(telling.join(' '))
        const meaning = { embedder: embedder.id, share, leastCosine: 0.3, ...directionByHand(source, only) }
        const expected = rankByHand(
          files,
          {
            ...everyMatch,
            query: plainQuery(telling.join(' ')),
            meanings: mode === 'text' ? undefined : new Map([[embedder.id, meaning]]),
            limit: 10,
            leftOut: { fileId: source.fileId, ordinal: only },
            bm25: defaultBm25,
            readable: undefined,
          },
          () => embedder.id,
        )
        found += expected.total
        expect(answer.total).toBe(expected.total)
        expect(answer.results.map(({ version_id, score }) => ({ version_id, score }))).toEqual(
          expected.hits.map(({ versionId, score }) => ({ version_id: formatId('ver', versionId), score })),
        )
      },
    ),
    { numRuns: 40 },
  )
  expect(found).toBeGreaterThan(100)
})

test('a source without vectors is looked for by its words alone, which is said, and it gets vectors', async () => {
  const [space] = await addSpaces(db, scope, ['older'])
  const source = await newFile(space!, ['halcyon lease'], undefined, 'none')
  const same = await newFile(space!, ['a halcyon garden'], undefined, 'none')
  for (const file of [source, same]) await putFile(db, scope, file)
  queued.length = 0
  for (const mode of ['hybrid', 'vector'] as const) {
    const answer = await ask({ like: { file: publicId(source) }, spaces: ['older'], mode })
    expect(filesOf(answer)).toEqual([publicId(same)])
    expect(answer).toMatchObject({ mode_used: 'text', degraded: true })
  }
  expect(queued).toEqual([space, space])
  const byWords = await ask({ like: { file: publicId(source) }, spaces: ['older'], mode: 'text' })
  expect(byWords).toMatchObject({ mode_used: 'text', degraded: false, total: 1 })
  expect(
    byWords.results[0]?.highlights.map(([from, to]) => byWords.results[0]?.snippet.slice(from, to)),
  ).toEqual(['halcyon'])
})

test('a source may stand in another readable space than the one that is searched', async () => {
  const [here, there] = await addSpaces(db, scope, ['here', 'there'])
  const source = await newFile(there!, ['halcyon deposit'])
  const same = await newFile(here!, ['the deposit of a halcyon'])
  for (const file of [source, same]) await putFile(db, scope, file)
  for (const mode of ['text', 'vector', 'hybrid'] as const) {
    const answer = await ask({ like: { file: publicId(source) }, spaces: ['here'], mode })
    expect(filesOf(answer)).toEqual([publicId(same)])
    expect(answer).toMatchObject({ mode_used: mode, degraded: false })
  }
})

test('a neighbour with the same words changes neither which words tell nor what is found', async () => {
  const [ours] = await addSpaces(db, scope, ['walled'])
  const [theirs] = await addSpaces(db, other, ['walled'])
  const source = await newFile(ours!, ['halcyon lease garden', 'fee notice'])
  const same = await newFile(ours!, ['lease of a garden', 'halcyon'])
  for (const file of [source, same]) await putFile(db, scope, file)
  const question: Partial<Input> = { like: { file: publicId(source) }, spaces: ['walled'], mode: 'hybrid' }
  const before = await ask(question)
  expect(before.total).toBe(2)
  const secret = await newFile(theirs!, ['halcyon fee'])
  for (const file of [secret, await newFile(theirs!, ['lease lease garden'])]) await putFile(db, other, file)
  expect({ ...(await ask(question)), took_ms: 0 }).toEqual({ ...before, took_ms: 0 })
  const bound = scopeOf(tenantId, [randomIds.uuid()])
  for (const [like, who] of [
    [{ file: publicId(secret) }, scope],
    [{ file: formatId('fil', randomIds.uuid()) }, scope],
    [{ file: publicId(source) }, other],
    [{ file: publicId(source) }, bound],
  ] as const) {
    await expect(ask({ like, spaces: '*' }, who)).rejects.toMatchObject({ code: 'files.not_found' })
  }
  for (const [chunk, who] of [
    [formatId('chk', randomIds.uuid()), scope],
    [(await chunkIds(source))[0]!, other],
    [(await chunkIds(source))[0]!, bound],
  ] as const) {
    await expect(ask({ like: { chunk }, spaces: '*' }, who)).rejects.toMatchObject({
      code: 'chunks.not_found',
    })
  }
})

test('a chunk of a version that is not searched is nobody’s', async () => {
  const [space] = await addSpaces(db, scope, ['replaced'])
  const file = await newFile(space!, ['halcyon'])
  await putFile(db, scope, file)
  const [chunk] = await chunkIds(file)
  expect(await ask({ like: { chunk: chunk! }, spaces: ['replaced'] })).toMatchObject({ total: 0 })
  const columns = { live_version_id: randomIds.uuid() }
  await db.tenant(scope, (tx) => {
    tx.unrecorded('derived')
    return tx.kysely.updateTable('files').set(columns).where('id', '=', file.fileId).execute()
  })
  const missing = ask({ like: { chunk: chunk! }, spaces: ['replaced'] })
  await expect(missing).rejects.toMatchObject({ code: 'chunks.not_found' })
})
