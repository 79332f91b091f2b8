import { sql } from 'kysely'
import { importQueue, removeBlobQueue } from '#features/files/index.ts'
import { ingestQueue } from '#features/ingestion/index.ts'
import type { PlatformTx, SystemTx, TenantTx } from '#platform/db/index.ts'

/** Of one that is being erased nothing agrees with anything any more. */
export function listTenantIds(tx: PlatformTx) {
  return tx.kysely
    .selectFrom('tenants')
    .select(['id', 'partner_id', 'slug'])
    .where('status', '!=', 'erasing')
    .orderBy('id')
    .execute()
}

/** Of every tenant there is, those included that are being erased. */
export async function listAllTenantIds(tx: PlatformTx): Promise<string[]> {
  const rows = await tx.kysely.selectFrom('tenants').select('id').execute()
  return rows.map(({ id }) => id)
}

export type PendingJobs = { versions: Set<string>; blobs: Set<string> }

/** What the queue still has to do, by the ids in its inputs. */
export async function pendingJobs(tx: SystemTx): Promise<PendingJobs> {
  const { rows } = await tx.execute(
    `select name, data -> 'input' ->> 'version' as version, data -> 'input' ->> 'blob' as blob
     from pgboss.job where state < 'completed' and name = any($1)`,
    [[ingestQueue.name, importQueue.name, removeBlobQueue.name]],
  )
  const column = (name: string) =>
    new Set(rows.map((row) => row[name]).filter((value) => typeof value === 'string'))
  return { versions: column('version'), blobs: column('blob') }
}

export function listUnfinished(tx: TenantTx) {
  return tx.kysely
    .selectFrom('files')
    .innerJoin('versions', 'versions.file_id', 'files.id')
    .select(['files.id as file_id', 'files.status', 'versions.id as version_id'])
    .where('files.status', 'in', ['queued', 'extracting', 'indexing'])
    .distinctOn(['files.id'])
    .orderBy('files.id')
    .orderBy('versions.number', 'desc')
    .execute()
}

export function blobsInUse(tx: TenantTx) {
  return tx.kysely.selectFrom('versions').select(['file_id', 'blob']).where('url', 'is', null).execute()
}

/** Files whose chunks, count, index block and vectors do not agree. One statement, so that it sees one moment. */
export async function findDisagreements(tx: TenantTx): Promise<{ file_id: string; problem: string }[]> {
  const { tenantId } = tx.scope
  const result = await sql<{ file_id: string; problem: string }>`
    with live as (
      select f.id, f.status, f.live_version_id, v.chunk_count,
        (select count(*) from chunks c where c.tenant_id = ${tenantId} and c.version_id = v.id) as chunks,
        (select count(*) from index_blocks b
          where b.tenant_id = ${tenantId} and b.version_id = v.id and b.removed_seq is null) as blocks
      from files f left join versions v on v.tenant_id = ${tenantId} and v.id = f.live_version_id
      where f.tenant_id = ${tenantId}
    )
    select id as file_id, 'is ready, but has no version that is searched' as problem
      from live where status = 'ready' and live_version_id is null
    union all
    select id, format('has %s chunks where %s belong', chunks, chunk_count)
      from live where live_version_id is not null and chunks is distinct from chunk_count
    union all
    select id, format('has %s index blocks where one belongs', blocks)
      from live where live_version_id is not null and blocks <> 1
    union all
    select b.file_id, format('has an index block of %s chunks where %s belong', b.chunk_count, live.chunk_count)
      from index_blocks b join live on live.live_version_id = b.version_id
      where b.tenant_id = ${tenantId} and b.removed_seq is null and b.chunk_count is distinct from live.chunk_count
    union all
    select distinct b.file_id, 'has vectors of a version that is not searched any more'
      from index_vectors v
      join index_blocks b on b.tenant_id = ${tenantId} and b.space_id = v.space_id and b.version_id = v.version_id
      where v.tenant_id = ${tenantId} and b.removed_seq is not null
    union all
    select distinct b.file_id, 'a version that is not live is in the index'
      from index_blocks b left join live on live.live_version_id = b.version_id
      where b.tenant_id = ${tenantId} and b.removed_seq is null and live.id is null
    union all
    select distinct c.file_id, 'has chunks of a version that is not live'
      from chunks c join live on live.id = c.file_id
      where c.tenant_id = ${tenantId} and c.version_id is distinct from live.live_version_id
        and live.status in ('ready', 'failed', 'stored')`.execute(tx.kysely)
  return result.rows
}
