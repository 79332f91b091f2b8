import type { Blobs } from '#adapters/blobs/port.ts'
import type { Embedders } from '#adapters/embedder/port.ts'
import { type Extraction, ExtractionError, type Extractor } from '#adapters/extract/port.ts'
import {
  dropReplaced,
  fileEvent,
  type Layout,
  lockFileRow,
  openPassword,
  queueImport,
} from '#features/files/index.ts'
import {
  buildBlockInTurns,
  embedNewVersion,
  type PublishedVersion,
  publishVersion,
  queueSpace,
  titleOf,
  type WarmUp,
} from '#features/search/index.ts'
import type { JobRun } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import { type Db, type TenantTx, violatesForeignKey } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { chunkExtraction, type ChunkLimits } from './chunk/chunk-extraction.ts'
import {
  batches,
  type ChunkRow,
  deleteChunks,
  deleteOldChunks,
  describeVersion,
  findVersionToRead,
  insertChunks,
  setFileStatus,
  type VersionToRead,
} from './queries.ts'
import { tellProgress } from './tell-progress.ts'

export type IngestDeps = {
  db: Db
  blobs: Blobs
  extractor: Extractor
  embedders: Embedders
  clock: Clock
  ids: Ids
  log: Log
  warmUp: Pick<WarmUp, 'space'>
}

/** A run that a crash cut off counts too, so this is far above what an unlucky file needs. */
const maxAttempts = 30

/**
 * Reads one version of a file and makes it the one that is searched. It may be cut off anywhere and run again: what an
 * earlier run left is replaced, and the version becomes live in one last small transaction.
 */
export async function ingestVersion(
  scope: TenantScope,
  versionId: string,
  run: JobRun,
  deps: IngestDeps,
): Promise<void> {
  const version = await begin(scope, versionId, run, deps)
  if (!version) return
  try {
    const extraction = await extract(scope, version, run, deps)
    const chunks = Array.from(chunkExtraction(extraction, limitsOf(version)), (chunk) => ({
      ...chunk,
      id: deps.ids.uuid(),
      language: extraction.language,
    }))
    await writeChunks(scope, version, chunks, run, deps)
    await publish(scope, version, extraction, chunks, run, deps)
  } catch (error) {
    if (violatesForeignKey(error)) return // deleted while it was read
    const failure = failureOf(error, run)
    if (!failure) throw error
    await fail(scope, version, failure, deps)
  }
}

/** The longest chunk is to the usual one as it is when nothing was chosen. */
const longest = 2000 / 1200

function limitsOf({
  chunk_by: by,
  chunk_chars: chars,
  chunk_overlap: overlap,
}: VersionToRead): Partial<ChunkLimits> {
  return {
    ...(by === null ? {} : { by: by === 'size' ? 'size' : 'structure' }),
    ...(chars === null ? {} : { targetChars: chars, maxChars: Math.round(chars * longest) }),
    ...(overlap === null ? {} : { overlap }),
  }
}

/** Marks the file as being read, unless there is nothing (left) to do, or its bytes have to come first. */
function begin(scope: TenantScope, versionId: string, run: JobRun, { db, clock }: IngestDeps) {
  return db.tenant(scope, async (tx) => {
    tx.unrecorded('progress')
    const version = await findVersionToRead(tx, versionId)
    if (version && version.url !== null) {
      await queueImport(run.enqueue)(tx, { id: version.id, spaceId: version.space_id })
      return undefined
    }
    if (!version || version.live_version_id === version.id || version.status === 'stored') return undefined
    await setFileStatus(tx, version.file_id, { status: 'extracting' }, clock.now())
    return version
  })
}

async function extract(scope: TenantScope, version: VersionToRead, run: JobRun, deps: IngestDeps) {
  const { db, blobs, extractor } = deps
  const sealed = version.password
  const password =
    sealed && (await db.tenant(scope, async (tx) => openPassword(await tx.keys(), version.id, sealed)))
  return extractor.extract({
    ...(password === null ? {} : { password }),
    onProgress: tellProgress(scope, version.file_id, deps),
    affinity: scope.tenantId,
    fileName: version.name,
    sizeBytes: version.size_bytes,
    content: () => blobs.read(scope, version.blob),
    signal: run.signal,
  })
}

/** Under a version that is not live yet nobody sees the chunks, so they are written in many short transactions. */
async function writeChunks(
  scope: TenantScope,
  version: VersionToRead,
  chunks: ChunkRow[],
  run: JobRun,
  { db, clock }: IngestDeps,
) {
  await db.tenant(scope, async (tx) => {
    tx.unrecorded('progress')
    const newest = await findVersionToRead(tx, version.id)
    if (newest && newest.status !== 'stored') {
      await setFileStatus(tx, version.file_id, { status: 'indexing' }, clock.now())
    }
    await deleteChunks(tx, version.id)
  })
  for (const batch of batches(chunks)) {
    run.signal.throwIfAborted()
    await db.tenant(scope, (tx) => {
      tx.unrecorded('derived')
      return insertChunks(tx, version, batch)
    })
  }
}

/** Once, unless the file is renamed meanwhile: by its name it is found where the document says no title. */
async function publish(
  scope: TenantScope,
  version: VersionToRead,
  extraction: Extraction,
  chunks: ChunkRow[],
  run: JobRun,
  deps: IngestDeps,
) {
  for (let name: string | undefined = version.name; name !== undefined;) {
    const title = titleOf(extraction.title, name)
    const indexable = chunks.map((chunk) => ({ ...chunk, title }))
    const block = await buildBlockInTurns(indexable, run.signal)
    const embedded = await embedNewVersion(scope, version.space_id, indexable, run.signal, deps)
    const index: BuiltIndex = { name, block, ...embedded, chunkCount: chunks.length }
    name = await deps.db.tenant(scope, (tx) => makeLive(tx, version, extraction, index, run, deps))
  }
}

type BuiltIndex = Pick<PublishedVersion, 'block' | 'vectors' | 'embedder' | 'chunkCount'> & { name: string }

/** @returns the file's name, when the index was built for another one */
async function makeLive(
  tx: TenantTx,
  version: VersionToRead,
  extraction: Extraction,
  { name, ...index }: BuiltIndex,
  run: JobRun,
  { ids, clock, warmUp }: IngestDeps,
): Promise<string | undefined> {
  const file = await lockFileRow(tx, version.file_id)
  const newest = await findVersionToRead(tx, version.id)
  if (!file || !newest || file.live_version_id === version.id) {
    tx.unrecorded('unchanged')
    return undefined
  }
  if (newest.status === 'stored') {
    tx.unrecorded('derived')
    await deleteChunks(tx, version.id)
    return undefined
  }
  if (file.name !== name && extraction.title === undefined) {
    tx.unrecorded('unchanged')
    return file.name
  }
  await describeVersion(tx, version.id, {
    text: extraction.text,
    title: extraction.title,
    layout: layoutOf(extraction),
    language: extraction.language,
    page_count: extraction.pages.at(-1)?.number ?? null,
    page_starts: pageStarts(extraction),
    chunk_count: index.chunkCount,
    media_type: extraction.mediaType,
  })
  const place = { spaceId: version.space_id, fileId: version.file_id, versionId: version.id }
  const isLacking = await publishVersion(tx, ids, { ...place, ...index, at: clock.now() })
  if (isLacking) await queueSpace(run.enqueue)(tx, version.space_id)
  await deleteOldChunks(tx, version.file_id, version.id)
  const live = { status: 'ready', live_version_id: version.id, media_type: extraction.mediaType } as const
  await setFileStatus(tx, version.file_id, live, clock.now())
  const pages = extraction.pages.at(-1)?.number ?? null
  await tx.record(fileEvent('file.ready', file, { version: version.number, pages, chunks: index.chunkCount }))
  tx.afterCommit(() => warmUp.space(tx.scope, version.space_id))
  await dropReplaced(tx, { id: version.file_id, spaceId: version.space_id }, run.enqueue)
  return undefined
}

function layoutOf({ boxes, pageSizes }: Extraction): Layout | undefined {
  if (pageSizes.length === 0) return undefined
  return {
    pages: pageSizes.map(({ width, height }) => [width, height]),
    boxes: boxes.map(({ page, start, end, x, y, width, height }) => [page, start, end, x, y, width, height]),
  }
}

/** A page without text begins where the next one does. */
function pageStarts({ pages }: Extraction): number[] | null {
  const last = pages.at(-1)
  if (!last) return null
  const starts: number[] = Array.from({ length: last.number }, () => last.start)
  for (const { number, start } of pages.toReversed()) starts.fill(start, 0, number)
  return starts
}

type Failure = { failure: string; failure_detail: string }

/** What to tell the file's owner, or undefined when the run should simply be repeated. */
function failureOf(error: unknown, run: JobRun): Failure | undefined {
  if (run.signal.aborted) return undefined
  if (error instanceof ExtractionError) return { failure: error.failure, failure_detail: error.message }
  if (run.attempt < maxAttempts) return undefined
  return {
    failure: 'internal',
    failure_detail: 'The file could not be read because of an error on our side.',
  }
}

function fail(scope: TenantScope, version: VersionToRead, failure: Failure, { db, clock }: IngestDeps) {
  return db.tenant(scope, async (tx) => {
    const file = await lockFileRow(tx, version.file_id)
    const newest = await findVersionToRead(tx, version.id)
    if (!newest || !file) return tx.unrecorded('unchanged')
    await deleteChunks(tx, version.id)
    if (newest.status === 'stored') return tx.unrecorded('derived')
    await setFileStatus(tx, version.file_id, { status: 'failed', ...failure }, clock.now())
    await tx.record(fileEvent('file.failed', file, { version: version.number, reason: failure.failure }))
  })
}
