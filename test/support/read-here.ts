import { Readable } from 'node:stream'
import type { Blobs } from '#adapters/blobs/port.ts'
import type { Extractor } from '#adapters/extract/port.ts'
import { readDocument } from '#adapters/extract/formats/read-document.ts'
import { operatorScope, scopeOfNewTenant } from '#features/access/index.ts'
import { ingestionJobs } from '#features/ingestion/index.ts'
import { systemClock } from '#platform/clock.ts'
import { parseId, randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import type { TestApp } from './app.ts'
import { shippedEmbedders } from './embedder.ts'

type IngestDeps = Parameters<typeof ingestionJobs>[0]
type Uploaded = { tenant: { id: string; partner_id: string }; file: string; text: string }

/**
 * Ingests an uploaded file as the worker does, but reads it in this process: a new process for each tenant takes the
 * better part of a second, and some tests want fifty tenants. For an app without a worker.
 */
export async function readHere(
  app: TestApp,
  { tenant, file, text }: Uploaded,
  changed: Partial<IngestDeps> = {},
): Promise<void> {
  const ids = { id: parseId('ten', tenant.id) ?? '', partnerId: parseId('ptn', tenant.partner_id) ?? '' }
  const scope = scopeOfNewTenant(operatorScope('doctor'), ids)
  const version = await app.db.tenant(scope, (tx) =>
    tx.kysely
      .selectFrom('versions')
      .select('id')
      .where('file_id', '=', parseId('fil', file) ?? '')
      .executeTakeFirstOrThrow(),
  )
  const deps: IngestDeps = {
    db: app.db,
    blobs: holding(text),
    extractor: here,
    embedders: shippedEmbedders,
    clock: systemClock,
    ids: randomIds,
    log: createLog('silent'),
    warmUp: { space: () => {} },
    ...changed,
  }
  const run = { id: 'here', attempt: 1, signal: scope.signal, enqueue: notHere }
  for (const job of ingestionJobs(deps)) await job.run(scope, { version: version.id }, run)
}

const notHere = () => Promise.reject(new Error('no job follows here'))

const here: Extractor = {
  extract: async ({ fileName, content }) => {
    const pieces: Buffer[] = await (await content()).toArray()
    return readDocument({ bytes: Buffer.concat(pieces), fileName, maxTextChars: 1_000_000 })
  },
  drawPage: () => Promise.reject(new Error('draws nothing')),
  close: () => Promise.resolve(),
}

function holding(text: string): Blobs {
  const refuse = () => Promise.reject(new Error('these blobs are for reading one text'))
  return {
    read: () => Promise.resolve(Readable.from([Buffer.from(text)])),
    write: refuse,
    remove: refuse,
    removeAll: refuse,
    tenants: refuse,
    list: () => {
      throw new Error('these blobs are for reading one text')
    },
  }
}
