import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { createMetrics } from '#http/index.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database, Db } from '#platform/db/index.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { createSearchIndexes, type SearchIndexes } from '../cache/search-indexes.ts'
import { plainQuery } from '../query/parse-query.ts'
import { everyMatch } from '../rank/choose-hits.ts'
import { rankParts } from '../rank/rank.ts'
import { defaultBm25 } from '../rank/score.ts'
import { letterEmbedder } from '../reference/letter-embedder.ts'
import {
  addSpaces,
  deleteFile,
  newFile,
  openWorkspace,
  putFile,
  storeFile,
} from '../reference/open-workspace.ts'
import type { TestFile } from '../reference/rank-by-hand.ts'
import { search } from '../search.ts'
import { suggest } from '../suggest.ts'
import { unrecorded } from '../reference/unrecorded.ts'

const [partnerId, tenantId, neighbourId] = [randomIds.uuid(), randomIds.uuid(), randomIds.uuid()]
const scopeOf = (tenant: string) =>
  mintScope<TenantScope>({
    level: 'tenant',
    partnerId,
    tenantId: tenant,
    spaces: 'all',
    subject: { type: 'key', id: randomIds.uuid(), name: 'k' },
    permissions: new Set(['search:query']),
    requestId: 'r',
    signal: new AbortController().signal,
  })
const [scope, neighbour] = [scopeOf(tenantId), scopeOf(neighbourId)]

let database: Database
let db: Db
beforeAll(async () => {
  database = await openWorkspace([tenantId, neighbourId], partnerId)
  db = database.db
})
afterAll(() => database.close())

const embedder = letterEmbedder()
const embedders = createEmbedders([embedder], embedder)
const kindOf = (id: string | null) => embedders.withId(id ?? '')
const queueEmbedding = { lacking: () => Promise.resolve(), check: () => Promise.resolve() }

function openIndexes(maxBytes: number) {
  const metrics = createMetrics()
  const indexes = createSearchIndexes({ maxBytes, kindOf, metrics, clock: systemClock })
  const read = async (name: string) =>
    Number(new RegExp(`^bulkhead_${name} (.*)$`, 'm').exec(await metrics.text())?.[1])
  return { indexes, read }
}

type Input = Parameters<typeof search>[1]
type Question = { [Name in keyof Input]?: Input[Name] | undefined }
const defaults = {
  mode: 'text',
  limit: 3,
  group_by_file: false,
  highlight: true,
  explain: true,
  correct: true,
} as const

const ask = async (indexes: SearchIndexes, input: Question, who = scope) => {
  const answer = await search(
    who,
    { ...defaults, ...(input as Partial<Input>) },
    { db, indexes, embedders, queueEmbedding, ...unrecorded },
  )
  return { ...answer, took_ms: 0 }
}

const words = ['fee', 'fees', 'notice', 'the', 'INV-7/12', 'lease', 'deposit', 'garden']
const text = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }).map((some) => some.join(' '))
const put = fc.record({
  slot: fc.nat({ max: 7 }),
  texts: fc.array(text, { maxLength: 4 }),
  space: fc.nat({ max: 1 }),
  isEmbedded: fc.constantFrom(true, true, true, false),
  year: fc.constantFrom(2023, 2024),
})
const question = fc.record({
  query: fc.constantFrom('lease fee', '"lease fee"', 'fee -notice', 'leasse deposyt', 'the', 'garden 7/12'),
  mode: fc.constantFrom('text', 'vector', 'hybrid'),
  group_by_file: fc.boolean(),
  sort: fc.constantFrom('relevance', 'newest'),
  limit: fc.constantFrom(1, 3),
  filter: fc.constantFrom(undefined, { metadata: { year: 2024 } }),
  facets: fc.constantFrom<string[] | undefined>(undefined, ['space', 'metadata.year']),
  min_score: fc.constantFrom(undefined, undefined, 0.4),
})

/** A history of two spaces; their slugs and what is there in the end. */
async function live(puts: readonly (typeof put extends fc.Arbitrary<infer One> ? One : never)[]) {
  const slugs = [randomIds.uuid(), randomIds.uuid()]
  const spaces = await addSpaces(db, scope, slugs)
  const files = new Map<number, TestFile>()
  for (const { slot, texts, space, isEmbedded, year } of puts) {
    const old = files.get(slot)
    if (old) await deleteFile(db, scope, old)
    files.delete(slot)
    if (texts.length === 0) continue
    const file = await newFile(spaces[space]!, texts, undefined, isEmbedded ? embedder : 'none')
    await putFile(db, scope, file, { metadata: { year } })
    files.set(slot, file)
  }
  return { slugs, files: [...files.values()] }
}

test('without room in memory every answer is the same to the last byte, page by page', async () => {
  const [roomy, tight] = [openIndexes(1e9), openIndexes(1)]
  let found = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(put, { minLength: 2, maxLength: 12 }),
      fc.array(question, { minLength: 1, maxLength: 4 }),
      async (puts, questions) => {
        const { slugs, files } = await live(puts)
        const [source] = files
        const more = source ? [{ like: { file: formatId('fil', source.fileId) } }] : []
        for (const input of [...questions, ...more]) {
          let asked: Question = { ...input, spaces: slugs }
          for (let page = 0; page < 3; page++) {
            const expected = await ask(roomy.indexes, asked)
            expect(await ask(tight.indexes, asked)).toEqual(expected)
            found += expected.results.length
            if (expected.next_cursor === null) break
            asked = { ...asked, cursor: expected.next_cursor }
          }
        }
        const typed = { q: 'le', spaces: slugs.join(','), limit: 5 }
        const suggested = await suggest(scope, typed, { db, indexes: roomy.indexes })
        expect(await suggest(scope, typed, { db, indexes: tight.indexes })).toEqual(suggested)
      },
    ),
    { numRuns: 8 },
  )
  expect(found).toBeGreaterThan(30)
  expect(await tight.read('search_index_loads_total')).toBe(0)
  expect(await roomy.read('search_streams_total')).toBe(0)
})

test('a space that fits is in memory beside one that does not, and both rank together', async () => {
  const [large, small] = await addSpaces(db, scope, ['large', 'small'])
  const texts = Array.from({ length: 60 }, (_, i) => `lease clause${i} ${'deposit '.repeat(i % 7)}`)
  for (let i = 0; i < 6; i++) await putFile(db, scope, await newFile(large!, texts))
  await putFile(db, scope, await newFile(small!, ['the lease', 'a deposit']))
  const [roomy, tight] = [openIndexes(1e9), openIndexes(12_000)]
  for (const mode of ['text', 'hybrid'] as const) {
    const input = { query: 'lease deposit', spaces: ['large', 'small'], mode, limit: 20 }
    const expected = await ask(roomy.indexes, input)
    expect(expected.total).toBeGreaterThan(300)
    expect(await ask(tight.indexes, input)).toEqual(expected)
  }
  expect(await tight.read('search_index_spaces')).toBe(1)
  expect(await tight.read('search_streams_total')).toBe(2)
  expect(await tight.read('search_index_bytes')).toBeLessThan(12_000)
})

test('what changes while blocks are read changes nothing of the answer that is under way', async () => {
  const [space] = await addSpaces(db, scope, ['changing'])
  for (const own of ['fee', 'the fee', 'a lease fee']) await putFile(db, scope, await newFile(space!, [own]))
  const { indexes } = openIndexes(1)
  const later = await newFile(space!, ['fee fee fee'])
  const totals = await db.tenant(scope, async (tx) => {
    const corpus = await indexes.ready(tx, [{ id: space!, index_seq: 3 }])
    const seen: string[] = []
    await corpus.walk(({ segment }) => {
      seen.push(...segment.documents.map(({ fileId }) => fileId))
      return Promise.resolve()
    }, undefined)
    await storeFile(tx, later)
    const again: string[] = []
    await corpus.walk(({ segment }) => {
      again.push(...segment.documents.map(({ fileId }) => fileId))
      return Promise.resolve()
    }, undefined)
    return [seen, again]
  })
  expect(totals[0]).toHaveLength(3)
  expect(totals[1]).toEqual(totals[0])
  expect(await ask(indexes, { query: 'fee', spaces: ['changing'] })).toMatchObject({ total: 4 })
})

test('an unreadable file of a streamed space moves no score and no total', async () => {
  const [alone, crowded] = await addSpaces(db, scope, ['alone', 'crowded'])
  const own = [['fee', 'the lease'], ['lease fee']]
  for (const texts of own) await putFile(db, scope, await newFile(alone!, texts))
  const mine = await Promise.all(own.map((texts) => newFile(crowded!, texts)))
  for (const file of mine) await putFile(db, scope, file)
  for (let i = 0; i < 4; i++) await putFile(db, scope, await newFile(crowded!, ['fee fee', 'Frist']))
  const { indexes } = openIndexes(1)
  const rankIn = (spaceId: string, readable: ReadonlySet<string> | undefined) =>
    db.tenant(scope, async (tx) => {
      const corpus = await indexes.ready(tx, [{ id: spaceId, index_seq: 6 }])
      const query = { query: plainQuery('fee lease'), meanings: undefined, limit: 10 }
      const steps = rankParts({ ...everyMatch, ...query, bm25: defaultBm25, readable })
      const { total, hits } = await corpus.run(steps, readable)
      return { total, scores: hits.map(({ score }) => score) }
    })
  const readable = new Set(mine.map(({ fileId }) => fileId))
  expect(await rankIn(crowded!, readable)).toEqual(await rankIn(alone!, undefined))
  expect((await rankIn(crowded!, undefined)).total).toBe(7)
})

test('nobody’s stream has blocks of a neighbour, and no answer has more at a time than its largest file', async () => {
  const [ours] = await addSpaces(db, scope, ['walled'])
  const [theirs] = await addSpaces(db, neighbour, ['walled'])
  await putFile(db, scope, await newFile(ours!, ['halcyon fee', 'lease']))
  await putFile(db, scope, await newFile(ours!, ['halcyon']))
  await putFile(db, neighbour, await newFile(theirs!, ['halcyon halcyon']))
  const { indexes } = openIndexes(1)
  const before = await ask(indexes, { query: 'halcyon', spaces: ['walled'] })
  expect(before.total).toBe(2)
  for (let i = 0; i < 5; i++) await putFile(db, neighbour, await newFile(theirs!, ['halcyon lease']))
  expect(await ask(indexes, { query: 'halcyon', spaces: ['walled'] })).toEqual(before)
  const sizes = await db.tenant(scope, async (tx) => {
    // A foreign id asks for nothing, whoever gives it to the index.
    const corpus = await indexes.ready(tx, [
      { id: ours!, index_seq: 2 },
      { id: theirs!, index_seq: 6 },
    ])
    const chunks: number[] = []
    await corpus.walk((part) => Promise.resolve(void chunks.push(part.chunks)), undefined)
    return chunks
  })
  expect(sizes).toEqual([2, 1])
})
