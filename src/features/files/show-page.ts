import type { RecordRead } from '#features/events/index.ts'
import type { Blobs } from '#adapters/blobs/port.ts'
import { ExtractionError, type Extractor, type PagePicture } from '#adapters/extract/port.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { type Layout, openLayout, openPassword } from './content.ts'
import { pageNotDrawn, pageNotFound, textNotReady } from './errors.ts'
import { getFile } from './queries.ts'
import { fileEvent } from './file-event.ts'

export type PageDeps = { db: Db; blobs: Blobs; extractor: Extractor; recordRead: RecordRead }

type PlacedVersion = {
  id: string
  name: string
  sizeBytes: number
  blob: string
  password: string | undefined
  layout: Layout
}

/** A page of the version that is searched: its size and where its text stands. */
export type PageLayout = { versionId: string; width: number; height: number; boxes: number[][] }

/**
 * A page with its picture, drawn in a process of its own like everything that is done with a document.
 * @throws files.not_found, files.not_ready, files.page_not_drawn, files.page_not_found for files without pages too
 */
export async function drawPage(scope: TenantScope, id: string, page: number, deps: PageDeps) {
  const version = await deps.db.tenant(scope, async (tx) => {
    await deps.recordRead(tx, fileEvent('file.viewed', await getFile(tx, id), { part: 'page', page }))
    return getPlaced(tx, id)
  })
  const layout = layoutOf(version, page)
  return { layout, picture: await draw(scope, version, page, deps) }
}

async function getPlaced(tx: TenantTx, id: string): Promise<PlacedVersion> {
  const file = await getFile(tx, id)
  if (file.live_version_id === null) throw textNotReady()
  const version = await tx.kysely
    .selectFrom('versions')
    .select(['id', 'blob', 'password', 'layout'])
    .where('id', '=', file.live_version_id)
    .executeTakeFirstOrThrow()
  if (!version.layout) throw pageNotFound()
  const keys = await tx.keys()
  return {
    id: version.id,
    name: file.name,
    sizeBytes: file.size_bytes,
    blob: version.blob,
    password: version.password ? openPassword(keys, version.id, version.password) : undefined,
    layout: openLayout(keys, version.id, version.layout),
  }
}

function layoutOf({ id, layout }: PlacedVersion, page: number): PageLayout {
  const size = layout.pages[page - 1]
  if (!size) throw pageNotFound()
  const [width, height] = size
  return { versionId: id, width, height, boxes: layout.boxes.filter(([on]) => on === page) }
}

async function draw(
  scope: TenantScope,
  { name, sizeBytes, blob, password }: PlacedVersion,
  page: number,
  { blobs, extractor }: PageDeps,
): Promise<PagePicture> {
  const request = {
    affinity: scope.tenantId,
    fileName: name,
    sizeBytes,
    content: () => blobs.read(scope, blob),
    signal: scope.signal,
    ...(password === undefined ? {} : { password }),
  }
  return extractor.drawPage(request, page).catch((error: unknown) => {
    throw error instanceof ExtractionError ? pageNotDrawn(error.message) : error
  })
}
