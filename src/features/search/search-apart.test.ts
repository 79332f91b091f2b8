import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { createMetrics } from '#http/index.ts'
import { type Clock, systemClock } from '#platform/clock.ts'
import type { Database, Db } from '#platform/db/index.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { createSearchIndexes, type SearchIndexes } from './cache/search-indexes.ts'
import { letterEmbedder } from './reference/letter-embedder.ts'
import { addSpaces, deleteFile, newFile, openWorkspace, putFile } from './reference/open-workspace.ts'
import type { TestFile } from './reference/rank-by-hand.ts'
import { search } from './search.ts'
import { unrecorded } from './reference/unrecorded.ts'

const partnerId = randomIds.uuid()
const tenants = Array.from({ length: 2 }, () => randomIds.uuid())
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
const [scope, neighbour] = [scopeOf(tenants[0]), scopeOf(tenants[1])]

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

test('a word is corrected by what its asker may read, never by a word of a neighbour, another space or a deleted file', async () => {
  const [ours, aside] = await addSpaces(db, scope, ['spelled', 'spelled-aside'])
  const [theirs] = await addSpaces(db, neighbour, ['spelled'])
  const indexes = newIndexes()
  const inOurs = { spaces: ['spelled'] }
  await putFile(db, scope, await newFile(ours!, ['the delivery', 'a contract']))
  await putFile(db, scope, await newFile(aside!, ['a secretword here']))
  const secret = await newFile(ours!, ['the quotation'])
  await putFile(db, scope, secret)
  expect((await ask(scope, indexes, 'quotatoin', inOurs)).corrections).toEqual([
    { word: 'quotatoin', used: ['quotation'] },
  ])
  await deleteFile(db, scope, secret)
  const questions = ['delivry contrat', 'secretwrd', 'quotatoin', 'halcion']
  const readAll = async (who: TenantScope) => {
    const answers = []
    for (const query of questions) answers.push({ ...(await ask(who, indexes, query, inOurs)), took_ms: 0 })
    return answers
  }
  const before = await readAll(scope)
  expect(before.map(({ corrections }) => corrections.map(({ used }) => used))).toEqual([
    [['delivery'], ['contract']],
    [],
    [],
    [],
  ])
  for (const text of ['deliory delivri', 'contraat', 'halcyon', 'quotation'])
    await putFile(db, neighbour, await newFile(theirs!, [text]))
  expect(await readAll(scope)).toEqual(before)
  expect((await ask(neighbour, indexes, 'halcion', inOurs)).corrections).toEqual([
    { word: 'halcion', used: ['halcyon'] },
  ])
  const bound = mintScope<TenantScope>({ ...scope, spaces: [ours!] })
  expect(await ask(bound, indexes, 'secretwrd', { spaces: '*' })).toMatchObject({ corrections: [], total: 0 })
  expect(await ask(scope, indexes, 'secretwrd', { spaces: '*' })).toMatchObject({
    corrections: [{ word: 'secretwrd', used: ['secretword'] }],
    total: 1,
  })
  expect(await ask(scope, indexes, 'secretwrd', { spaces: '*', correct: false })).toMatchObject({
    corrections: [],
    total: 0,
  })
})

test('an index that slept while removals were forgotten is loaded anew, and nothing that is gone is found or counts', async () => {
  const [space] = await addSpaces(db, scope, ['sleepy'])
  const [gone, stays] = [await newFile(space!, ['fee']), await newFile(space!, ['fee fee'])]
  for (const file of [gone, stays]) await putFile(db, scope, file)
  const hour = 3_600_000
  let now = Date.now()
  const indexes = newIndexes(1e9, { now: () => new Date(now) })
  expect(await ask(scope, indexes, 'fee', { spaces: ['sleepy'] })).toMatchObject({ total: 2 })
  await deleteFile(db, scope, gone)
  now += 30 * hour
  await putFile(db, scope, { ...(await newFile(space!, ['lease'])), createdAt: now })
  const remembered = await db.tenant(scope, (tx) =>
    tx.kysely.selectFrom('index_blocks').select('version_id').where('file_id', '=', gone.fileId).execute(),
  )
  expect(remembered).toEqual([])
  const answer = await ask(scope, indexes, 'fee', { spaces: ['sleepy'] })
  expect(idsOf(answer)).toEqual([publicId(stays)])
  const fresh = await ask(scope, newIndexes(), 'fee', { spaces: ['sleepy'] })
  expect(answer.results).toEqual(fresh.results)
})
