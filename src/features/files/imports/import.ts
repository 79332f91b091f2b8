import type { Static } from 'typebox'
import type { Enqueue, Queue } from '#jobs/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { formatId } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { cleanName } from '../clean-name.ts'
import { fileConflict } from '../errors.ts'
import { fileEvent } from '../file-event.ts'
import { resolvePlace } from '../folders/place.ts'
import {
  countBacklog,
  type FileRow,
  findByExternalId,
  getFile,
  latestVersion,
  lockFileRow,
} from '../queries.ts'
import type { FileImport } from '../schemas.ts'
import { insertFile, insertVersion, isTaken, type UploadDeps } from '../upload.ts'
import { nameInUrl } from './read-name.ts'

/** Brings the bytes of a version from its address. Longer than the call may take, of which one is made at a time. */
export const importQueue: Queue = {
  name: 'import',
  timeoutSeconds: 900,
  isOneAtATime: true,
  waiting: { atOnce: 6, ofOneTenant: 2 },
}

/** Bytes are waited for unless the file was left as it is. */
export type ImportOutcome = { file: FileRow; isWaited: boolean }

export type ImportDeps = Pick<UploadDeps, 'db' | 'clock' | 'ids' | 'enqueue'>

/**
 * Makes a file, or a version of one, whose bytes a job of the same transaction brings. Place, rights and `external_id`
 * are those of who asks; the job adds bytes to what was made here and nothing else.
 * @throws files.conflict, spaces.not_found, spaces.archived, folders.not_found, input.invalid
 */
export async function importFile(
  scope: TenantScope,
  wanted: Static<typeof FileImport>,
  deps: ImportDeps,
): Promise<ImportOutcome> {
  return deps.db
    .tenant(scope, (tx) => makeImport(tx, wanted, deps))
    .catch((error: unknown) => {
      throw isTaken(error) ? fileConflict() : error
    })
}

async function makeImport(
  tx: TenantTx,
  wanted: Static<typeof FileImport>,
  deps: ImportDeps,
): Promise<ImportOutcome> {
  await tx.sealing()
  const { external_id = null, origin = 'api', metadata = {}, on_conflict = 'fail' } = wanted
  const name = cleanName(wanted.name ?? nameInUrl(wanted.url))
  const { space, folderId } = await resolvePlace(tx, { ...wanted, fileName: name }, deps)
  const existing = external_id === null ? undefined : await findByExternalId(tx, space.id, external_id)
  if (existing && on_conflict === 'fail') throw fileConflict()
  if (existing && on_conflict === 'skip') {
    tx.unrecorded('unchanged')
    return { file: existing, isWaited: false }
  }
  const id = existing?.id ?? deps.ids.uuid()
  const told = { name, origin, metadata: JSON.stringify(metadata), updated_at: deps.clock.now() }
  if (existing) {
    await lockFileRow(tx, id)
    const folder = folderId === undefined ? {} : { folder_id: folderId }
    await tx.kysely
      .updateTable('files')
      .set({ ...told, ...folder, status: 'queued', failure: null, failure_detail: null })
      .where('id', '=', id)
      .execute()
  } else {
    const columns = { ...told, ...withoutBytes, external_id, folder_id: folderId ?? null }
    await insertFile(tx, { id, space, columns }, deps)
  }
  const number = existing ? (await latestVersion(tx, id)).number + 1 : 1
  const replaces = on_conflict === 'replace'
  await addPending(tx, { fileId: id, number, space, replaces, url: wanted.url }, deps)
  const file = await getFile(tx, formatId('fil', id))
  await tx.record(fileEvent('file.import_requested', file, { version: number }))
  return { file, isWaited: true }
}

const withoutBytes = {
  status: 'queued',
  media_type: 'application/octet-stream',
  size_bytes: 0,
  sha256: Buffer.alloc(0),
} as const

type Pending = { fileId: string; number: number; space: { id: string }; replaces: boolean; url: string }

async function addPending(tx: TenantTx, version: Pending, deps: ImportDeps): Promise<void> {
  const { oldestKey: key } = await tx.sealing()
  const bytes = { blob: deps.ids.uuid(), key, mediaType: null, sizeBytes: null, sha256: null }
  const id = await insertVersion(tx, { ...version, password: undefined }, bytes, deps)
  await queueImport(deps.enqueue)(tx, { id, spaceId: version.space.id })
}

/** Has the bytes of a version brought, in the caller's transaction. */
export function queueImport(enqueue: Enqueue) {
  return async (tx: TenantTx, { id, spaceId }: { id: string; spaceId: string }): Promise<void> => {
    const priority = -(await countBacklog(tx))
    await enqueue(tx, importQueue, [{ version: id }], { spaceId, priority, key: id })
  }
}
