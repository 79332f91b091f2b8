import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Blobs } from '#adapters/blobs/port.ts'
import { createEmbedders } from '#adapters/embedder/create-embedders.ts'
import { ExtractionError, type Extractor } from '#adapters/extract/port.ts'
import { letterEmbedder } from '#features/search/reference/letter-embedder.ts'
import { addSpaces, openWorkspace } from '#features/search/reference/open-workspace.ts'
import { systemClock } from '#platform/clock.ts'
import type { Database } from '#platform/db/index.ts'
import { randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { ingestVersion } from './ingest.ts'

const partnerId = randomIds.uuid()
const tenants = [randomIds.uuid(), randomIds.uuid()]
let database: Database
beforeAll(async () => {
  database = await openWorkspace(tenants, partnerId)
})
afterAll(() => database.close())

const scopeOf = (tenantId: string) =>
  mintScope<TenantScope>({
    level: 'tenant',
    partnerId,
    tenantId,
    spaces: 'all',
    subject: { type: 'operator', id: 'test', name: 'test' },
    permissions: new Set(),
    requestId: 'test',
    signal: new AbortController().signal,
  })

/** Takes note of whose process is asked for and whose bytes it is given, and reads nothing. */
function takingNote() {
  const noted: { affinity: string; content: string }[] = []
  const blobs: Pick<Blobs, 'read'> = { read: ({ tenantId }) => Promise.resolve(Readable.from([tenantId])) }
  const extractor: Extractor = {
    extract: async ({ affinity, content }) => {
      noted.push({ affinity, content: (await (await content()).toArray()).join('') })
      throw new ExtractionError('empty', 'The file is empty.')
    },
    drawPage: () => Promise.reject(new Error('draws nothing')),
    close: () => Promise.resolve(),
  }
  return { noted, blobs: blobs as Blobs, extractor }
}

test('each document goes to a process of its own tenant, with that tenant’s bytes', async () => {
  const { noted, ...reading } = takingNote()
  const embedder = letterEmbedder()
  const embedders = createEmbedders([embedder], embedder)
  const own = { db: database.db, clock: systemClock, ids: randomIds, embedders, log: createLog('silent') }
  const deps = { ...own, ...reading, warmUp: { space: () => {} } }
  for (const tenantId of tenants) {
    const scope = scopeOf(tenantId)
    const version = await addUnread(scope)
    const run = { id: 'job', attempt: 1, signal: scope.signal, enqueue: () => Promise.resolve() }
    await ingestVersion(scope, version, run, deps)
  }
  expect(noted).toEqual(tenants.map((id) => ({ affinity: id, content: id })))
})

/** A file that waits to be read; the id of its version. */
async function addUnread(scope: TenantScope): Promise<string> {
  const [space] = await addSpaces(database.db, scope, ['unread'])
  const [file, version] = [randomIds.uuid(), randomIds.uuid()]
  const common = { tenant_id: scope.tenantId, space_id: space!, created_at: new Date() }
  await database.db.tenant(scope, async (tx) => {
    tx.unrecorded('derived')
    const facts = {
      origin: 'api',
      metadata: '{}',
      media_type: 'text/plain',
      size_bytes: 1,
      sha256: Buffer.alloc(32),
    }
    await tx.kysely
      .insertInto('files')
      .values({ ...common, ...facts, id: file, name: 'a.txt', status: 'queued', updated_at: new Date() })
      .execute()
    await tx.kysely
      .insertInto('versions')
      .values({ ...common, id: version, file_id: file, number: 1, blob: randomIds.uuid(), blob_key: 1 })
      .execute()
  })
  return version
}
