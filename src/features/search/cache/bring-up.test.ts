import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { createMetrics } from '#http/index.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database } from '#platform/db/index.ts'
import { randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { letterEmbedder } from '../reference/letter-embedder.ts'
import { addSpaces, newFile, openWorkspace, putFile } from '../reference/open-workspace.ts'
import { unrecorded } from '../reference/unrecorded.ts'
import { search } from '../search.ts'
import type { Read } from './catch-up.ts'
import { createSearchIndexes } from './search-indexes.ts'

const [partnerId, tenantId] = [randomIds.uuid(), randomIds.uuid()]
const scope = mintScope<TenantScope>({
  level: 'tenant',
  partnerId,
  tenantId,
  spaces: 'all',
  subject: { type: 'key', id: randomIds.uuid(), name: 'k' },
  permissions: new Set(['search:query']),
  requestId: 'r',
  signal: new AbortController().signal,
})
const embedder = letterEmbedder()
const embedders = createEmbedders([embedder], embedder)
const queueEmbedding = { lacking: () => Promise.resolve(), check: () => Promise.resolve() }

let database: Database
beforeAll(async () => {
  database = await openWorkspace([tenantId], partnerId)
})
afterAll(() => database.close())

test('a search waits for no warm-up, and what both have read is found once', async () => {
  const { db } = database
  const [spaceId = ''] = await addSpaces(db, scope, ['warm'])
  for (const text of ['late fee', 'early fee']) await putFile(db, scope, await newFile(spaceId, [text]))
  const kindOf = (id: string | null) => embedders.withId(id ?? '')
  const indexes = createSearchIndexes({ maxBytes: 1e9, kindOf, metrics: createMetrics(), clock: systemClock })
  const find = async () => {
    const input = { query: 'fee', mode: 'text', limit: 10, spaces: '*' } as const
    const plain = { group_by_file: false, highlight: false, explain: false, correct: false }
    return search(scope, { ...input, ...plain }, { db, indexes, embedders, queueEmbedding, ...unrecorded })
  }
  const [begun, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let statements = 0
  /** Stops between two of its transactions, when it knows that there is something to read. */
  const read: Read = async (work) => {
    if (++statements === 3) {
      begun.resolve()
      await held.promise
    }
    return db.tenant(scope, work)
  }
  const warming = indexes.warm(scope, { id: spaceId, index_seq: 2 }, read)
  await begun.promise
  expect((await find()).total).toBe(2)
  held.resolve()
  await warming
  expect(statements).toBeGreaterThan(3)
  expect((await find()).total).toBe(2)
})
