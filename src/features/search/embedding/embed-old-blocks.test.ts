import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMetrics } from '#http/index.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database, Db } from '#platform/db/index.ts'
import { formatId, randomIds } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { createSearchIndexes } from '../cache/search-indexes.ts'
import { letterEmbedder } from '../reference/letter-embedder.ts'
import { addSpaces, deleteFile, newFile, openWorkspace, putFile } from '../reference/open-workspace.ts'
import { search } from '../search.ts'
import { embedOldBlocks } from './embed-old-blocks.ts'

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

let database: Database
let db: Db
beforeAll(async () => {
  database = await openWorkspace([tenantId], partnerId)
  db = database.db
})
afterAll(() => database.close())

const newIndexes = () =>
  createSearchIndexes({ maxBytes: 1e9, embedder, metrics: createMetrics(), clock: systemClock })

/** Spaces whose files were queued to get vectors. */
const queued: string[] = []
const queueEmbedding = (_: unknown, spaceId: string) => Promise.resolve(void queued.push(spaceId))

type Input = Parameters<typeof search>[1]
const defaults = { query: 'silent', limit: 10, group_by_file: false, highlight: true } as const
const ask = (slug: string, mode: Input['mode'], indexes = newIndexes()) =>
  search(scope, { ...defaults, spaces: [slug], mode }, { db, indexes, embedder, queueEmbedding })

test('a file without vectors has the search answered by words and said so, until it has them', async () => {
  const [spaceId] = await addSpaces(db, scope, ['older'])
  const other = letterEmbedder('an older model')
  await putFile(db, scope, await newFile(spaceId!, ['silent fee']))
  await putFile(db, scope, await newFile(spaceId!, ['listen', 'inlets'], undefined, other))
  await putFile(db, scope, await newFile(spaceId!, ['tinsel'], undefined, 'none'))
  const indexes = newIndexes()
  const find = (mode: Input['mode']) => ask('older', mode, indexes)
  queued.length = 0
  for (const mode of ['hybrid', 'vector'] as const) {
    expect(await find(mode)).toMatchObject({ mode_used: 'text', degraded: true, total: 1 })
  }
  expect(await find('text')).toMatchObject({ mode_used: 'text', degraded: false, total: 1 })
  expect(queued).toEqual([spaceId, spaceId])
  const words = await find('text')
  await embedOldBlocks(scope, spaceId!, signal, { db, embedder })
  for (const processes of [indexes, newIndexes()]) {
    expect(await ask('older', 'hybrid', processes)).toMatchObject({
      mode_used: 'hybrid',
      degraded: false,
      total: 4,
    })
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
  const cut = {
    ...embedder,
    embed: (texts: readonly string[]) => (stop.abort(), embedder.embed(texts, signal)),
  }
  const cutOff = embedOldBlocks(scope, spaceId!, stop.signal, { db, embedder: cut })
  await expect(cutOff).rejects.toThrow('abort')
  const [deleted] = files.toSorted((a, b) => (a.versionId < b.versionId ? -1 : 1)).slice(1)
  const racing = {
    ...embedder,
    async embed(texts: readonly string[]) {
      await deleteFile(db, scope, deleted!)
      return embedder.embed(texts, signal)
    },
  }
  await embedOldBlocks(scope, spaceId!, signal, { db, embedder: racing })
  const found = await ask('cut-off', 'hybrid')
  expect(found).toMatchObject({ mode_used: 'hybrid', total: 2 })
  expect(found.results.map((result) => result.file_id)).not.toContain(formatId('fil', deleted!.fileId))
})
