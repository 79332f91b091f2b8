import { formatId } from '#platform/ids.ts'
import { chunkNotFound } from './errors.ts'
import type { FileRow, VersionRow } from './queries.ts'

export function presentFile(row: FileRow) {
  return {
    id: formatId('fil', row.id),
    space_id: formatId('spc', row.space_id),
    folder_id: row.folder_id && formatId('fld', row.folder_id),
    name: row.name,
    external_id: row.external_id,
    origin: row.origin,
    metadata: row.metadata,
    status: row.status,
    progress:
      row.pages_done === null || row.pages_total === null
        ? null
        : { pages_done: row.pages_done, pages_total: row.pages_total },
    failure: row.failure ? { reason: row.failure, message: row.failure_detail ?? '' } : null,
    media_type: row.media_type,
    size_bytes: row.size_bytes,
    sha256: row.sha256.toString('hex'),
    version_id: row.live_version_id && formatId('ver', row.live_version_id),
    title: row.title,
    language: row.language,
    page_count: row.page_count,
    chunk_count: row.chunk_count,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    trashed_at: row.trashed_at && row.trashed_at.toISOString(),
  }
}

export function presentVersion(row: VersionRow, liveVersionId: string | null) {
  return {
    id: formatId('ver', row.id),
    number: row.number,
    is_live: row.id === liveVersionId,
    media_type: row.media_type,
    size_bytes: row.size_bytes,
    sha256: row.sha256 && row.sha256.toString('hex'),
    language: row.language,
    page_count: row.page_count,
    created_at: row.created_at.toISOString(),
  }
}

type ChunkRow = {
  id: string
  ordinal: number
  text: string
  page: number | null
  heading: string
  start_offset: number
  end_offset: number
}

type Placed = { file_id: string; version_id: string; ordinal: number; space_id: string; name: string }

/** A chunk out of those around it, which are in their order. */
export function presentChunkInFile(place: Placed, around: ChunkRow[]) {
  const chunk = around.find(({ ordinal }) => ordinal === place.ordinal)
  if (!chunk) throw chunkNotFound()
  return {
    ...presentChunk(chunk),
    file_id: formatId('fil', place.file_id),
    file_name: place.name,
    space_id: formatId('spc', place.space_id),
    version_id: formatId('ver', place.version_id),
    before: around.filter(({ ordinal }) => ordinal < place.ordinal).map(presentChunk),
    after: around.filter(({ ordinal }) => ordinal > place.ordinal).map(presentChunk),
  }
}

export function presentChunk({ id, ordinal, text, page, heading, start_offset, end_offset }: ChunkRow) {
  return { id: formatId('chk', id), ordinal, text, page, heading, offsets: [start_offset, end_offset] }
}
