import type { Db } from '#platform/db/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { passwordOf } from './content.ts'
import { versionNotFound } from './errors.ts'
import { fileEvent } from './file-event.ts'
import { type FileRow, getFile, getVersion, latestVersion, listVersions, lockFile } from './queries.ts'
import { addVersion, type UploadDeps } from './upload.ts'

type VersionDeps = { db: Db } & Pick<UploadDeps, 'clock' | 'ids' | 'queueIngestion'>

/** The number in a path; text that is none names no version. @throws versions.not_found */
export function readNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw versionNotFound()
  return Number(text)
}

/** @throws files.not_found */
export async function readVersions(
  scope: TenantScope,
  id: string,
  { limit, cursor }: { limit: number; cursor?: string },
  { db }: VersionDeps,
) {
  return db.tenant(scope, async (tx) => {
    const file = await getFile(tx, id)
    const rows = await listVersions(tx, file.id, limit, cursor === undefined ? 2 ** 31 - 1 : Number(cursor))
    return { file, rows }
  })
}

/**
 * Brings the bytes of an earlier version back as a new one: what is live stays so until that is read.
 * @throws files.not_found, versions.not_found
 */
export async function restoreVersion(
  scope: TenantScope,
  id: string,
  number: number,
  deps: VersionDeps,
): Promise<FileRow> {
  return deps.db.tenant(scope, async (tx) => {
    await tx.sealing()
    const file = await lockFile(tx, id)
    const old = await getVersion(tx, file.id, number)
    const newest = await latestVersion(tx, file.id)
    const space = await tx.kysely
      .selectFrom('spaces')
      .select(['id', 'intelligence'])
      .where('id', '=', file.space_id)
      .executeTakeFirstOrThrow()
    const { size_bytes, sha256, media_type } = old
    if (size_bytes === null || sha256 === null)
      throw versionNotFound('Of this version too little was written down.')
    await tx.kysely
      .updateTable('files')
      .set({
        status: space.intelligence ? 'queued' : 'stored',
        failure: null,
        failure_detail: null,
        updated_at: deps.clock.now(),
        ...(media_type === null ? {} : { media_type }),
        size_bytes,
        sha256,
      })
      .where('id', '=', file.id)
      .execute()
    const bytes = {
      blob: old.blob,
      key: old.blob_key,
      mediaType: media_type,
      sizeBytes: size_bytes,
      sha256,
    }
    const version = { fileId: file.id, number: newest.number + 1, space, password: await passwordOf(tx, old) }
    await addVersion(tx, version, bytes, deps)
    const restored = await getFile(tx, id)
    await tx.record(fileEvent('file.version_restored', restored, { version: version.number, from: number }))
    return restored
  })
}
