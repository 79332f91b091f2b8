import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { operatorScope, scopeOfNewTenant } from '#features/access/index.ts'
import type { Db } from '#platform/db/index.ts'
import { formatId, parseId, randomIds } from '#platform/ids.ts'
import { systemClock } from '#platform/clock.ts'
import { createMetrics } from '#http/index.ts'
import { embedChunks } from '../../src/features/search/block/build.ts'
import { createSearchIndexes, type SearchIndexes } from '../../src/features/search/cache/search-indexes.ts'
import { embedSpace } from '../../src/features/search/embedding/embed-space.ts'
import { plainQuery } from '../../src/features/search/query/parse-query.ts'
import { everyMatch } from '../../src/features/search/rank/choose-hits.ts'
import { readMeaning } from '../../src/features/search/rank/meaning.ts'
import { defaultBm25 } from '../../src/features/search/rank/score.ts'
import { letterEmbedder } from '../../src/features/search/reference/letter-embedder.ts'
import {
  addSpaces,
  deleteFile,
  newFile,
  storeFile,
} from '../../src/features/search/reference/open-workspace.ts'
import { rankByHand, type TestFile } from '../../src/features/search/reference/rank-by-hand.ts'
import { search } from '../../src/features/search/search.ts'
import { createTenant, freshDatabase, startTestApp } from '../support/app.ts'
import { scale } from '../support/scale.ts'
import { unrecorded } from '../../src/features/search/reference/unrecorded.ts'

/*
 * Several processes on one database, each with connections and indexes of its own: on a server database one with room for
 * every index, one with room for some and one with room for none; on an embedded one all three share the only process that
 * there can be. Whatever happened in whatever order, each of them answers like the brute-force scorer.
 */
const database = await freshDatabase()
const first = await startTestApp({ database, worker: false })
const others =
  database.kind === 'server'
    ? await Promise.all([1, 2].map(() => startTestApp({ database, worker: false })))
    : []
afterAll(async () => {
  for (const app of [...others, first]) await app.close()
  await database.drop()
})
const dbs: Db[] = [first, ...others].map((app) => app.db)
const { tenant } = await createTenant(first, { slug: 'histories' })
const scope = scopeOfNewTenant(operatorScope('doctor'), {
  id: parseId('ten', tenant.id) ?? '',
  partnerId: parseId('ptn', tenant.partner_id) ?? '',
})

const models = ['letters', 'letters anew'].map((id) => letterEmbedder(id))
const embedders = createEmbedders(models, models[0]!)
const kindOf = (id: string | null) => embedders.withId(id ?? '')
const queueEmbedding = { lacking: () => Promise.resolve(), check: () => Promise.resolve() }

const budgets = [1e9, 6000, 1]
type Process = { db: Db; maxBytes: number; indexes: SearchIndexes }
const openIndexes = (maxBytes: number) =>
  createSearchIndexes({ maxBytes, kindOf, metrics: createMetrics(), clock: systemClock })
const startProcess = (number: number): Process => {
  const maxBytes = budgets[number]!
  return { db: dbs[number % dbs.length]!, maxBytes, indexes: openIndexes(maxBytes) }
}

const words = ['fee', 'fees', 'notice', 'the', 'INV-7/12', 'lease', 'deposit', 'Frist']
const text = fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((some) => some.join(' '))
const at = { slot: fc.nat({ max: 4 }), process: fc.nat({ max: 2 }) }
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ ...at, put: fc.array(text, { maxLength: 3 }), space: fc.nat({ max: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ ...at, isDeleted: fc.constant(true) }) },
  { weight: 1, arbitrary: fc.record({ ...at, moved: fc.nat({ max: 1 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ process: at.process, embedded: fc.nat({ max: 1 }), space: fc.nat({ max: 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ restarted: at.process }) },
  {
    weight: 6,
    arbitrary: fc.record({
      process: at.process,
      query: fc.constantFrom(...words, 'lease fee', 'the deposit notice'),
      mode: fc.constantFrom('text', 'vector', 'hybrid'),
      grouped: fc.boolean(),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** What is there, as somebody knows it who wrote everything down. */
type World = {
  spaces: string[]
  slugs: string[]
  serving: Map<string, string | undefined>
  files: Map<number, TestFile>
  processes: Process[]
}

async function openWorld(): Promise<World> {
  const slugs = [randomIds.uuid(), randomIds.uuid()]
  const spaces = await addSpaces(first.db, scope, slugs)
  return { spaces, slugs, serving: new Map(), files: new Map(), processes: [0, 1, 2].map(startProcess) }
}

const servingOf = (world: World, spaceId: string) =>
  embedders.withId(world.serving.get(spaceId) ?? models[0]!.id)!

async function put(world: World, slot: number, spaceId: string, texts: readonly string[], db: Db) {
  const old = world.files.get(slot)
  // A file stays in its space: in another one it is another file.
  const fileId = old?.spaceId === spaceId ? old.fileId : undefined
  if (old && !fileId) await deleteFile(db, scope, old)
  const embedder = servingOf(world, spaceId)
  const file = await newFile(spaceId, texts, fileId, embedder)
  await db.tenant(scope, (tx) => storeFile(tx, file, {}, embedder.id))
  world.files.set(slot, file)
  world.serving.set(spaceId, embedder.id)
}

/** Has everything embedded by another model, as a tenant who changes it does. */
async function embedAnew(world: World, spaceId: string, model: number, db: Db) {
  const target = models[model]!
  await db.tenant(scope, (tx) => {
    tx.unrecorded('derived')
    return tx.kysely.updateTable('spaces').set({ embedder: target.name }).where('id', '=', spaceId).execute()
  })
  await embedSpace(scope, spaceId, scope.signal, { db, embedders, ids: randomIds })
  const row = await db.tenant(scope, (tx) =>
    tx.kysely
      .selectFrom('spaces')
      .select('serving_embedder')
      .where('id', '=', spaceId)
      .executeTakeFirstOrThrow(),
  )
  world.serving.set(spaceId, row.serving_embedder ?? undefined)
  for (const [slot, file] of world.files) {
    if (file.spaceId !== spaceId) continue
    const vectors = await embedChunks(file.chunks, servingOf(world, spaceId), scope.signal)
    world.files.set(slot, { ...file, vectors })
  }
}

type Asked = Pick<Extract<Step, { query: string }>, 'query' | 'mode' | 'grouped'>

async function compare(world: World, { db, indexes }: Process, { query, mode, grouped: groupByFile }: Asked) {
  const input = { query, mode, group_by_file: groupByFile, spaces: world.slugs }
  const shown = { limit: 10, highlight: false, explain: false, correct: false }
  const answer = await search(
    scope,
    { ...input, ...shown },
    { db, indexes, embedders, queueEmbedding, ...unrecorded },
  )
  const share = mode === 'vector' ? 1 : undefined
  const asked = new Set(world.spaces.map((id) => servingOf(world, id)))
  const read = Array.from(asked, (model) => readMeaning(model, query, scope.signal, share))
  const meanings = new Map((await Promise.all(read)).map((meaning) => [meaning.embedder, meaning]))
  const expected = rankByHand(
    [...world.files.values()],
    {
      ...everyMatch,
      query: plainQuery(query),
      meanings: mode === 'text' ? undefined : meanings,
      limit: 10,
      groupByFile,
      bm25: defaultBm25,
      readable: undefined,
    },
    (spaceId) => world.serving.get(spaceId),
  )
  compared++
  expect(answer.total).toBe(expected.total)
  expect(answer.results.map(({ version_id, score }) => ({ version_id, score }))).toEqual(
    expected.hits.map(({ versionId, score }) => ({ version_id: formatId('ver', versionId), score })),
  )
}

async function take(world: World, one: Step): Promise<void> {
  const { processes, files, spaces } = world
  if ('restarted' in one) {
    processes[one.restarted] = startProcess(one.restarted)
    return
  }
  const process = processes[one.process]!
  if ('query' in one) return compare(world, process, one)
  if ('embedded' in one) return embedAnew(world, spaces[one.space]!, one.embedded, process.db)
  const old = files.get(one.slot)
  if ('put' in one) return put(world, one.slot, old?.spaceId ?? spaces[one.space]!, one.put, process.db)
  if (!old) return
  if ('moved' in one) {
    const texts = old.chunks.map((chunk) => chunk.text)
    return put(world, one.slot, spaces[one.moved]!, texts, process.db)
  }
  await deleteFile(process.db, scope, old)
  files.delete(one.slot)
}

let compared = 0
test('after any history each of several processes answers like the brute-force scorer', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (history) => {
      const world = await openWorld()
      for (const one of history) await take(world, one)
      for (const process of world.processes)
        await compare(world, process, { query: 'lease fee', mode: 'hybrid', grouped: false })
    }),
    { numRuns: scale.histories },
  )
  expect(compared).toBeGreaterThan(scale.histories * 3)
})
