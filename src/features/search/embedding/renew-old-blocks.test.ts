import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { createMetrics } from '#http/index.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database, Db } from '#platform/db/index.ts'
import { randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { createSearchIndexes } from '../cache/search-indexes.ts'
import { letterEmbedder } from '../reference/letter-embedder.ts'
import { addSpaces, newFile, openWorkspace, putFile } from '../reference/open-workspace.ts'
import { search } from '../search.ts'
import { embedSpace } from './embed-space.ts'
import { unrecorded } from '../reference/unrecorded.ts'

const [partnerId, tenantId] = [randomIds.uuid(), randomIds.uuid()]
const { signal } = new AbortController()
const scope = mintScope<TenantScope>({
  level: 'tenant',
  partnerId,
  tenantId,
  spaces: 'all',
  subject: { type: 'key', id: randomIds.uuid(), name: 'k' },
  permissions: new Set(['search:query']),
  requestId: 'r',
  signal,
})
const embedder = letterEmbedder()
const embedders = createEmbedders([embedder], embedder)

let database: Database
let db: Db
beforeAll(async () => {
  database = await openWorkspace([tenantId], partnerId)
  db = database.db
})
afterAll(() => database.close())

const newIndexes = () =>
  createSearchIndexes({
    maxBytes: 1e9,
    kindOf: (id) => embedders.withId(id ?? ''),
    metrics: createMetrics(),
    clock: systemClock,
  })

/** Spaces whose files were queued to get vectors. */
const queued: string[] = []
const queueEmbedding = {
  lacking: (_: unknown, spaceId: string) => Promise.resolve(void queued.push(spaceId)),
  check: () => Promise.resolve(),
}

const defaults = { limit: 10, group_by_file: false, highlight: true, explain: false, correct: true } as const

test('a block of the format before positions is searched, said so for phrases, and made anew with the vectors it has', async () => {
  const [spaceId] = await addSpaces(db, scope, ['old-format'])
  const file = await newFile(spaceId!, ['late delivery', 'delivery is late'])
  await putFile(db, scope, file, { format: 1 })
  const indexes = newIndexes()
  const find = (query: string, known = indexes) =>
    search(
      scope,
      { ...defaults, query, spaces: ['old-format'], mode: 'hybrid' },
      { db, indexes: known, embedders, queueEmbedding, ...unrecorded },
    )
  queued.length = 0
  expect(await find('late delivery')).toMatchObject({ total: 2, mode_used: 'hybrid', degraded: false })
  const guessed = await find('"late delivery"')
  expect(guessed).toMatchObject({ total: 2, mode_used: 'hybrid', degraded_by: 'positions_missing' })
  expect(queued.splice(0)).toEqual([spaceId, spaceId])
  await embedSpace(scope, spaceId!, signal, { db, embedders, ids: randomIds })
  for (const process of [indexes, newIndexes()]) {
    const found = await find('"late delivery"', process)
    expect(found).toMatchObject({ total: 1, degraded: false, results: [{ text: 'late delivery' }] })
  }
  expect(queued).toEqual([])
})
