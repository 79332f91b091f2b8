import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { basename } from 'node:path'
import { dirname } from 'node:path/posix'
import { pipeline } from 'node:stream/promises'
import type { Connection } from '../connection.ts'
import type { Source } from './find-sources.ts'

/** What is read of a file as the server presents it. */
export type StoredFile = {
  id: string
  name: string
  status: 'queued' | 'extracting' | 'indexing' | 'ready' | 'failed' | 'stored'
  failure: { reason: string; message: string } | null
  sha256: string
  size_bytes: number
  page_count: number | null
}

/** Where files are to lie: below a folder, in folders of their own or in none. */
export type Placing = { folder: string | undefined; isFlat: boolean }

export type Sent = { file: StoredFile; isUnchanged: boolean }

/** Longest `external_id` the server takes. */
const maxExternalIdLength = 255

/**
 * Brings a file to the server unless it has the same bytes already. What it has but could not read is read again:
 * a second run is how people retry.
 */
export async function sendFile(
  connection: Connection,
  source: Source,
  { space, place }: { space?: string | undefined; place: Placing },
  onSent: (bytes: number) => void,
): Promise<Sent> {
  if (source.externalId.length > maxExternalIdLength) {
    throw new Error(`its path has more than ${maxExternalIdLength} characters`)
  }
  const existing = await findExisting(connection, source, space)
  if (
    existing &&
    existing.size_bytes === source.sizeBytes &&
    existing.sha256 === (await hashFile(source.path))
  ) {
    if (existing.status !== 'failed') return { file: existing, isUnchanged: true }
    return { file: await connection.post<StoredFile>(`/v1/files/${existing.id}/reindex`), isUnchanged: false }
  }
  const form = new FormData()
  if (space !== undefined) form.set('space', space)
  if (place.folder !== undefined) form.set('folder', place.folder)
  const path = dirname(source.externalId)
  if (!place.isFlat && path !== '.') form.set('path', path)
  form.set('external_id', source.externalId)
  form.set('on_conflict', 'replace')
  form.set('file', await openAsBlob(source.path), basename(source.path))
  return { file: await connection.upload<StoredFile>('/v1/files', form, onSent), isUnchanged: false }
}

async function findExisting(
  connection: Connection,
  { externalId }: Source,
  space: string | undefined,
): Promise<StoredFile | undefined> {
  const query = { external_id: externalId, space, limit: '1' }
  const page = await connection.get<{ data: StoredFile[] }>('/v1/files', query)
  return page.data[0]
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
