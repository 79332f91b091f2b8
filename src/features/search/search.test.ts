import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { createMetrics } from '#http/index.ts'
import { type Clock, systemClock } from '#platform/clock.ts'
import type { Database, Db } from '#platform/db/index.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { createSearchIndexes, type SearchIndexes } from './cache/search-indexes.ts'
import { applyCorrections } from './query/correct.ts'
import { parseQuery, plainQuery, wantedText } from './query/parse-query.ts'
import { everyMatch } from './rank/choose-hits.ts'
import { defaultBm25 } from './rank/score.ts'
import { readMeaning } from './rank/meaning.ts'
import { letterEmbedder } from './reference/letter-embedder.ts'
import {
  addSpaces,
  deleteFile,
  newFile,
  openWorkspace,
  putFile,
  storeFile,
} from './reference/open-workspace.ts'
import { correctByHand } from './reference/correct-by-hand.ts'
import { rankByHand, type TestFile } from './reference/rank-by-hand.ts'
import { retrieve } from './retrieve.ts'
import { search } from './search.ts'
import { unrecorded } from './reference/unrecorded.ts'

const partnerId = randomIds.uuid()
const tenants = Array.from({ length: 3 }, () => randomIds.uuid())
const scopeOf = (tenantId: string | undefined) =>
  mintScope<TenantScope>({
    level: 'tenant',
    partnerId,
    tenantId: tenantId ?? '',
    spaces: 'all',
    subject: { type: 'key', id: randomIds.uuid(), name: 'k' },
    permissions: new Set(['search:query']),
    requestId: 'r',
    signal: new AbortController().signal,
  })
const [scope, neighbour, third] = [scopeOf(tenants[0]), scopeOf(tenants[1]), scopeOf(tenants[2])]

let database: Database
let db: Db
beforeAll(async () => {
  database = await openWorkspace(tenants, partnerId)
  db = database.db
})
afterAll(() => database.close())

const newIndexes = (maxBytes = 1e9, clock: Clock = systemClock) =>
  createSearchIndexes({ maxBytes, kindOf, metrics: createMetrics(), clock })

const embedder = letterEmbedder()
const embedders = createEmbedders([embedder], embedder)
const kindOf = (id: string | null) => embedders.withId(id ?? '')
const { signal } = new AbortController()

type Input = Parameters<typeof search>[1]
const defaults = {
  mode: 'text',
  limit: 10,
  group_by_file: false,
  highlight: true,
  explain: false,
  correct: true,
} as const

const ask = (who: TenantScope, indexes: SearchIndexes, query: string, more: Partial<Input> = {}) =>
  search(who, { ...defaults, query, ...more }, { db, indexes, embedders, queueEmbedding, ...unrecorded })

const queueEmbedding = { lacking: () => Promise.resolve(), check: () => Promise.resolve() }

const idsOf = (answer: Awaited<ReturnType<typeof search>>) => answer.results.map((result) => result.file_id)
const publicId = (file: TestFile) => formatId('fil', file.fileId)

test('what is published is found, marked, with its file and place; a deleted file is not', async () => {
  const [space] = await addSpaces(db, scope, ['first'])
  const indexes = newIndexes()
  const file = await newFile(space!, ['Preamble.', 'Either party may terminate with ninety days notice.'])
  await putFile(db, scope, file, { metadata: { kind: 'lease' } })
  const found = await ask(scope, indexes, 'termination notices', { spaces: ['first'] })
  expect(found).toMatchObject({ total: 1, mode_used: 'text', degraded: false })
  const [result] = found.results
  expect(result).toMatchObject({ file_id: publicId(file), match_source: 'text', metadata: { kind: 'lease' } })
  expect(result?.highlights.map(([start, end]) => result.snippet.slice(start, end))).toEqual([
    'terminate',
    'notice',
  ])
  await deleteFile(db, scope, file)
  expect(await ask(scope, indexes, 'termination', { spaces: ['first'] })).toMatchObject({
    total: 0,
    results: [],
  })
})

test('a search by meaning finds without a word in common, and says how each place was found', async () => {
  const [space] = await addSpaces(db, scope, ['meaning'])
  for (const text of ['listen now', 'zzz zzz', 'silent'])
    await putFile(db, scope, await newFile(space!, [text]))
  const find = async (mode: Input['mode']) => {
    const answer = await ask(scope, newIndexes(), 'silent', { spaces: ['meaning'], mode })
    return { ...answer, found: answer.results.map(({ text, match_source }) => [text, match_source]) }
  }
  expect(await find('vector')).toMatchObject({
    mode_used: 'vector',
    total: 2,
    found: [
      ['silent', 'vector'],
      ['listen now', 'vector'],
    ],
  })
  const hybrid = await find('hybrid')
  expect(hybrid).toMatchObject({ mode_used: 'hybrid', degraded: false, total: 2 })
  expect(hybrid.results.map(({ score }) => score > 0 && score <= 1)).toEqual([true, true])
  expect(await find('text')).toMatchObject({ mode_used: 'text', total: 1, found: [['silent', 'text']] })
})

const words = ['fee', 'fees', 'notice', 'the', 'INV-7/12', 'lease']
const texts = fc.array(
  fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((some) => some.join(' ')),
  { maxLength: 3 },
)
const step = fc.oneof(
  fc.record({ put: fc.nat({ max: 4 }), texts, space: fc.nat({ max: 1 }) }),
  fc.record({ deleted: fc.nat({ max: 4 }) }),
  fc.record({
    process: fc.nat({ max: 2 }),
    query: fc.constantFrom(
      ...words,
      'lease fee',
      '"lease fee"',
      'fee -notice',
      '"the fees" -"7/12 the"',
      'leasse notise',
      '"leasse fee"',
    ),
    grouped: fc.boolean(),
    mode: fc.constantFrom('text', 'vector', 'hybrid'),
  }),
)

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

test('three processes with different memory answer each question of any history like the brute-force scorer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (history) => {
      const slugs = [randomIds.uuid(), randomIds.uuid()]
      const spaces = await addSpaces(db, scope, slugs)
      const processes = [newIndexes(), newIndexes(), newIndexes(1)]
      const files = new Map<number, TestFile>()
      const drop = async (slot: number) => {
        const old = files.get(slot)
        if (old) await deleteFile(db, scope, old)
        files.delete(slot)
      }
      const compare = async (
        { query, mode, grouped: groupByFile }: Extract<Step, { query: string }>,
        indexes: SearchIndexes,
      ) => {
        const answer = await ask(scope, indexes, query, { spaces: slugs, group_by_file: groupByFile, mode })
        const share = mode === 'vector' ? 1 : undefined
        const written = parseQuery(query)
        const corrections = mode === 'vector' ? [] : correctByHand([...files.values()], written, undefined)
        expect(answer.corrections).toEqual(corrections)
        const meaning = await readMeaning(embedder, wantedText(written), signal, share)
        const meanings = mode === 'text' ? undefined : new Map([[embedder.id, meaning]])
        const corrected = applyCorrections(written, corrections)
        const request = {
          ...everyMatch,
          query: corrected,
          meanings,
          limit: 10,
          groupByFile,
          bm25: defaultBm25,
        }
        const all = { ...request, readable: undefined }
        const expected = rankByHand([...files.values()], all, () => embedder.id)
        expect(answer.total).toBe(expected.total)
        expect(answer.results.map(({ version_id, score }) => ({ version_id, score }))).toEqual(
          expected.hits.map(({ versionId, score }) => ({ version_id: formatId('ver', versionId), score })),
        )
      }
      for (const one of history) {
        if ('query' in one) await compare(one, processes[one.process]!)
        else if ('deleted' in one) await drop(one.deleted)
        else {
          const old = files.get(one.put)
          const file = await newFile(old?.spaceId ?? spaces[one.space]!, one.texts, old?.fileId)
          await putFile(db, scope, file)
          files.set(one.put, file)
        }
      }
      const last = { query: 'lease fee', mode: 'hybrid', grouped: false, process: 0 } as const
      for (const indexes of processes) await compare(last, indexes)
    }),
    { numRuns: 15 },
  )
})

test('a neighbour with the same words moves no score and finds nothing of ours', async () => {
  const [ours] = await addSpaces(db, scope, ['walled'])
  const [theirs] = await addSpaces(db, neighbour, ['walled'])
  const indexes = newIndexes()
  await putFile(db, scope, await newFile(ours!, ['the halcyon fee', 'a lease']))
  const before = await ask(scope, indexes, 'halcyon lease', { spaces: ['walled'] })
  expect(before.total).toBe(2)
  for (let i = 0; i < 20; i++) await putFile(db, neighbour, await newFile(theirs!, ['lease lease notice']))
  const after = await ask(scope, indexes, 'halcyon lease', { spaces: ['walled'] })
  expect({ ...after, took_ms: 0 }).toEqual({ ...before, took_ms: 0 })
  expect(await ask(neighbour, indexes, 'halcyon', { spaces: ['walled'] })).toMatchObject({
    total: 0,
    results: [],
  })
})

test('a space of somebody else, and one that is not in the scope, is not found', async () => {
  const [theirs, other] = await addSpaces(db, neighbour, ['private', 'other'])
  const bound = mintScope<TenantScope>({ ...neighbour, spaces: [other!] })
  const refused = { code: 'spaces.not_found' }
  const spaces = [formatId('spc', theirs!)]
  await expect(ask(scope, newIndexes(), 'fee', { spaces })).rejects.toMatchObject(refused)
  await expect(ask(bound, newIndexes(), 'fee', { spaces })).rejects.toMatchObject(refused)
  await expect(ask(bound, newIndexes(), 'fee', { spaces: ['private'] })).rejects.toMatchObject(refused)
  expect(await ask(neighbour, newIndexes(), 'fee', { spaces })).toMatchObject({ total: 0 })
})

test('files and filters narrow what is found and leave scores as they are', async () => {
  const [space] = await addSpaces(db, third, ['filtered'])
  const lease = await newFile(space!, ['the fee'])
  const offer = await newFile(space!, ['the fee again and again'])
  await putFile(db, third, lease, { metadata: { year: 2020, tags: ['a', 'b'] }, origin: 'mail' })
  await putFile(
    db,
    third,
    { ...offer, createdAt: 0 },
    { metadata: { year: 2024, tags: ['c'], due: '2024-05-01' } },
  )
  const indexes = newIndexes()
  const find = async (more: Partial<Input>) =>
    idsOf(await ask(third, indexes, 'fee', { spaces: '*', ...more }))
  const both = await ask(third, indexes, 'fee', { spaces: '*' })
  expect(idsOf(both)).toEqual([publicId(lease), publicId(offer)])
  const only = await ask(third, indexes, 'fee', { spaces: '*', files: [publicId(offer), 'fil_nonsense'] })
  expect(only.results).toEqual([both.results[1]])
  expect(await find({ filter: { origin: ['mail', 'x'] } })).toEqual([publicId(lease)])
  expect(await find({ filter: { created_before: '2000-01-01T00:00:00Z' } })).toEqual([publicId(offer)])
  expect(await find({ filter: { metadata: { year: { gte: 2021 } } } })).toEqual([publicId(offer)])
  expect(await find({ filter: { metadata: { year: { gte: '2000' } } } })).toEqual([])
  expect(await find({ filter: { metadata: { due: { gte: '2024-04-01', lte: '2024-06-01' } } } })).toEqual([
    publicId(offer),
  ])
  expect(await find({ filter: { metadata: { tags: 'b', year: 2020 } } })).toEqual([publicId(lease)])
  expect(await find({ filter: { metadata: { tags: { in: ['b', 'c'] } } } })).toHaveLength(2)
  expect(
    await find({ filter: { metadata: { tags: { in: ['b', 'c'] } } }, files: [publicId(offer)] }),
  ).toHaveLength(1)
  expect(await find({ filter: { metadata: { missing: 'x' } } })).toEqual([])
})

test('a hit whose text row security withholds is left out, counted out and made up for', async () => {
  const [space] = await addSpaces(db, scope, ['holes'])
  const files = await Promise.all(Array.from({ length: 9 }, () => newFile(space!, ['fee'])))
  for (const file of files) await putFile(db, scope, file)
  const best = files.map((file) => file.fileId).sort()
  await db.tenant(scope, (tx) => {
    tx.unrecorded('derived')
    return tx.kysely.deleteFrom('chunks').where('file_id', 'in', best.slice(0, 4)).execute()
  })
  const answer = await ask(scope, newIndexes(), 'fee', { spaces: ['holes'], limit: 5 })
  expect(idsOf(answer)).toEqual(best.slice(4).map((id) => formatId('fil', id)))
  expect(answer.total).toBe(5)
})

test('a file replaced while it is searched for is found in its new version', async () => {
  const [spaceId] = await addSpaces(db, scope, ['racing'])
  const file = await newFile(spaceId!, ['fee'])
  await putFile(db, scope, file)
  const replacement = await newFile(spaceId!, ['no longer free: fee'], file.fileId)
  const indexes = newIndexes()
  let isReplaced = false
  const replacing: SearchIndexes = {
    ...indexes,
    async ready(tx, spaces) {
      const asked = await indexes.ready(tx, spaces)
      if (!isReplaced) await storeFile(tx, replacement)
      isReplaced = true
      return asked
    },
  }
  const request = { query: plainQuery('fee'), meanings: undefined, spaces: ['racing'], limit: 5 }
  const { chunks, total } = await db.tenant(scope, (tx) =>
    retrieve(tx, request, { indexes: replacing, embedders, queueEmbedding }),
  )
  expect(chunks.map((chunk) => chunk.version_id)).toEqual([replacement.versionId])
  expect(total).toBe(1)
})
