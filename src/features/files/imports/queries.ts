import type { TenantTx } from '#platform/db/index.ts'
import { openUrl } from '../content.ts'
import { notImported } from '../errors.ts'
import { latestVersion, listVersions, type VersionRow } from '../queries.ts'

/** A version whose bytes are still to come, with its file; undefined when they have, or there is no file to bring them to. */
export async function findImport(tx: TenantTx, versionId: string) {
  const row = await tx.kysely
    .selectFrom('versions')
    .innerJoin('files', 'files.id', 'versions.file_id')
    .innerJoin('spaces', 'spaces.id', 'versions.space_id')
    .select(['versions.id', 'versions.file_id', 'versions.space_id', 'versions.number', 'versions.url'])
    .select(['files.name', 'spaces.intelligence'])
    .where('versions.id', '=', versionId)
    .where('versions.url', 'is not', null)
    .where('files.trashed_at', 'is', null)
    .executeTakeFirst()
  return row?.url ? { ...row, url: openUrl(await tx.keys(), row.id, row.url) } : undefined
}

export type Import = NonNullable<Awaited<ReturnType<typeof findImport>>>

/** The newest version whose bytes are there. @throws files.not_imported */
export async function latestWithBytes(tx: TenantTx, fileId: string): Promise<VersionRow> {
  const latest = await latestVersion(tx, fileId)
  if (latest.url === null) return latest
  const [earlier] = await listVersions(tx, fileId, 1, latest.number)
  if (!earlier) throw notImported()
  return earlier
}
