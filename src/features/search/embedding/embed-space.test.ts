import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { ModelError, type Embedders } from '#adapters/embedder/port.ts'
import { createMetrics } from '#http/index.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database, Db } from '#platform/db/index.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { createSearchIndexes } from '../cache/search-indexes.ts'
import { letterEmbedder } from '../reference/letter-embedder.ts'
import {
  addSpaces,
  deleteFile,
  newFile,
  openWorkspace,
  putFile,
  storeFile,
} from '../reference/open-workspace.ts'
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

const newIndexes = (known: Embedders = embedders) =>
  createSearchIndexes({
    maxBytes: 1e9,
    kindOf: (id) => known.withId(id ?? ''),
    metrics: createMetrics(),
    clock: systemClock,
  })

/** Spaces whose files were queued to get vectors. */
const queued: string[] = []
const queueEmbedding = {
  lacking: (_: unknown, spaceId: string) => Promise.resolve(void queued.push(spaceId)),
  check: () => Promise.resolve(),
}

type Input = Parameters<typeof search>[1]
const defaults = {
  query: 'silent',
  limit: 10,
  group_by_file: false,
  highlight: true,
  explain: false,
  correct: true,
} as const
const ask = (slug: string, mode: Input['mode'], known = embedders, indexes = newIndexes(known)) =>
  search(
    scope,
    { ...defaults, spaces: [slug], mode },
    { db, indexes, embedders: known, queueEmbedding, ...unrecorded },
  )

const embed = (spaceId: string, known = embedders, stop = signal) =>
  embedSpace(scope, spaceId, stop, { db, embedders: known, ids: randomIds })

test('a file without vectors is found by its words, and the answer says so, until it has them', async () => {
  const [spaceId] = await addSpaces(db, scope, ['older'])
  const other = letterEmbedder('an older model')
  await putFile(db, scope, await newFile(spaceId!, ['silent fee']))
  await putFile(db, scope, await newFile(spaceId!, ['silent', 'inlets'], undefined, other))
  await putFile(db, scope, await newFile(spaceId!, ['tinsel'], undefined, 'none'))
  const indexes = newIndexes()
  const find = (mode: Input['mode']) => ask('older', mode, embedders, indexes)
  queued.length = 0
  for (const mode of ['hybrid', 'vector'] as const) {
    const found = await find(mode)
    expect(found).toMatchObject({ mode_used: mode, degraded: true, degraded_by: 'vectors_missing', total: 2 })
    expect(found.results.map(({ text, match_source }) => [text, match_source])).toContainEqual([
      'silent',
      'text',
    ])
  }
  const words = await find('text')
  expect(words).toMatchObject({ mode_used: 'text', degraded: false, degraded_by: null, total: 2 })
  expect(queued).toEqual([spaceId, spaceId])
  await embed(spaceId!)
  for (const processes of [indexes, newIndexes()]) {
    const found = await ask('older', 'hybrid', embedders, processes)
    expect(found).toMatchObject({ mode_used: 'hybrid', degraded: false, degraded_by: null, total: 4 })
  }
  expect((await find('text')).results).toEqual(words.results)
  queued.length = 0
  await find('hybrid')
  expect(queued).toEqual([])
})

test('embedding that is cut off goes on with what is left, and leaves what was deleted meanwhile alone', async () => {
  const [spaceId] = await addSpaces(db, scope, ['cut-off'])
  const files = await Promise.all(
    ['silent', 'listen', 'tinsel'].map((text) => newFile(spaceId!, [text], undefined, 'none')),
  )
  for (const file of files) await putFile(db, scope, file)
  const stop = new AbortController()
  let embedded = 0
  const cut: typeof embedder = {
    ...embedder,
    embed: (texts) => (embedded++, stop.abort(), embedder.embed(texts, signal, 'document')),
  }
  await expect(embed(spaceId!, createEmbedders([cut], cut), stop.signal)).rejects.toThrow('abort')
  const [deleted] = files.toSorted((a, b) => (a.versionId < b.versionId ? -1 : 1)).slice(1)
  const racing: typeof embedder = {
    ...embedder,
    async embed(texts) {
      embedded++
      await deleteFile(db, scope, deleted!)
      return embedder.embed(texts, signal, 'document')
    },
  }
  await embed(spaceId!, createEmbedders([racing], racing))
  expect(embedded).toBe(3) // the one before the cut is not embedded again
  const found = await ask('cut-off', 'hybrid')
  expect(found).toMatchObject({ mode_used: 'hybrid', degraded: false, total: 2 })
  expect(found.results.map((result) => result.file_id)).not.toContain(formatId('fil', deleted!.fileId))
})

const former = letterEmbedder('former')
/** It knows the former's letters the other way round: nothing that it says agrees with the other. */
const next: typeof former = {
  ...letterEmbedder('next'),
  embed: async (texts, stop, purpose) => {
    const turned = texts.map((text) =>
      text.replace(/[a-z]/g, (letter) => String.fromCodePoint(219 - letter.codePointAt(0)!)),
    )
    return former.embed(turned, stop, purpose)
  },
}
const vectorsOf = (spaceId: string) =>
  db.tenant(scope, (tx) =>
    tx.kysely
      .selectFrom('index_vectors')
      .select('embedder')
      .distinct()
      .where('space_id', '=', spaceId)
      .execute(),
  )

test('while a space changes to another embedder the former one answers, and then the new one in one step', async () => {
  const [spaceId] = await addSpaces(db, scope, ['changing'])
  const put = async (text: string, own = former) => {
    const file = await newFile(spaceId!, [text], undefined, own)
    await db.tenant(scope, (tx) => storeFile(tx, file, {}, 'former'))
  }
  await put('listen')
  await put('tinsel')
  const meanwhile: Awaited<ReturnType<typeof search>>[] = []
  const watching: typeof next = {
    ...next,
    async embed(texts, stop, purpose) {
      if (purpose === 'query') return next.embed(texts, stop, purpose)
      meanwhile.push(await ask('changing', 'vector', known))
      // Published by somebody who has not heard of the change.
      if (meanwhile.length === 1) await put('enlist')
      return next.embed(texts, stop, purpose)
    },
  }
  const known: Embedders = createEmbedders([former, watching], watching)
  expect(await vectorsOf(spaceId!)).toEqual([{ embedder: 'former' }])
  const indexes = newIndexes(known)
  expect(await ask('changing', 'vector', known, indexes)).toMatchObject({ total: 2 })
  await embed(spaceId!, known)
  expect(meanwhile.map(({ degraded, mode_used, total }) => [degraded, mode_used, total])).toEqual([
    [false, 'vector', 2],
    [false, 'vector', 3],
    [false, 'vector', 3],
  ])
  expect(await vectorsOf(spaceId!)).toEqual([{ embedder: 'next' }])
  for (const processes of [indexes, newIndexes(known)]) {
    const found = await ask('changing', 'vector', known, processes)
    expect(found).toMatchObject({ mode_used: 'vector', degraded: false, total: 3 })
  }
})

test('an embedder that fails leaves the former one in place, and what it refuses does not hold up the rest', async () => {
  const [spaceId] = await addSpaces(db, scope, ['failing'])
  for (const text of ['listen', 'tinsel', 'poison']) {
    const file = await newFile(spaceId!, [text], undefined, former)
    await db.tenant(scope, (tx) => storeFile(tx, file, {}, 'former'))
  }
  const refusing: typeof next = {
    ...next,
    embed: (texts, stop, purpose) =>
      texts.some((text) => text.includes('poison'))
        ? Promise.reject(new ModelError('rejected', 'no'))
        : next.embed(texts, stop, purpose),
  }
  const known = createEmbedders([former, refusing], refusing)
  await expect(embed(spaceId!, known)).rejects.toThrow(ModelError)
  expect(await vectorsOf(spaceId!)).toHaveLength(2)
  expect(await ask('failing', 'vector', known)).toMatchObject({
    mode_used: 'vector',
    degraded: false,
    total: 3,
  })
  const well = createEmbedders([former, next], next)
  await embed(spaceId!, well)
  expect(await vectorsOf(spaceId!)).toEqual([{ embedder: 'next' }])
})

test('spaces of two embedders are answered together, each by its own', async () => {
  const [older, newer] = await addSpaces(db, scope, ['two-older', 'two-newer'])
  for (const [spaceId, own] of [
    [older!, former],
    [newer!, next],
  ] as const) {
    const file = await newFile(spaceId, ['listen'], undefined, own)
    await db.tenant(scope, (tx) => storeFile(tx, file, {}, own.id))
  }
  const known = createEmbedders([former, next], former)
  const input: Input = { ...defaults, spaces: ['two-older', 'two-newer'], mode: 'vector' }
  const indexes = newIndexes(known)
  const both = await search(scope, input, { db, indexes, embedders: known, queueEmbedding, ...unrecorded })
  expect(both).toMatchObject({ mode_used: 'vector', degraded: false, total: 2 })
  const down: typeof next = {
    ...next,
    embed: () => Promise.reject(new ModelError('unavailable', 'down')),
  }
  const half = createEmbedders([former, down], former)
  const one = await search(scope, input, {
    db,
    indexes: newIndexes(half),
    embedders: half,
    queueEmbedding,
    ...unrecorded,
  })
  expect(one).toMatchObject({
    mode_used: 'vector',
    degraded: true,
    degraded_by: 'embedder_unavailable',
    total: 1,
  })
  const gone = createEmbedders([down], down)
  const none = await ask('two-newer', 'hybrid', gone)
  expect(none).toMatchObject({ mode_used: 'text', degraded: true, degraded_by: 'embedder_unavailable' })
})

test('a model on another machine that is no longer chosen gets no text, though its vectors are still searched', async () => {
  const [spaceId] = await addSpaces(db, scope, ['called-back'])
  const file = await newFile(spaceId!, ['listen'], undefined, former)
  await db.tenant(scope, (tx) => storeFile(tx, file, {}, 'former'))
  const sent: string[] = []
  const far: typeof former = {
    ...former,
    isRemote: true,
    isInstant: false,
    embed: (texts, stop, purpose) => (sent.push(...texts), former.embed(texts, stop, purpose)),
  }
  const elsewhere = { ...next, isRemote: true }
  const otherwise = createEmbedders([far, elsewhere], elsewhere)
  expect(await ask('called-back', 'vector', otherwise)).toMatchObject({ degraded: false, total: 1 })
  expect(sent).toEqual(['silent'])
  sent.length = 0
  const here = createEmbedders([far, next], next)
  expect(await ask('called-back', 'vector', here)).toMatchObject({ mode_used: 'text', degraded: true })
  await putFile(db, scope, await newFile(spaceId!, ['tinsel'], undefined, 'none'))
  await embed(spaceId!, here)
  expect(sent).toEqual([])
  expect(await ask('called-back', 'vector', here)).toMatchObject({ degraded: false, total: 2 })
})
