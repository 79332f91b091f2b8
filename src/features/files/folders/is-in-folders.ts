import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'

/**
 * Whether a file lies in one of these folders at any depth: true or false, never null. Ids that are nobody's, or not the
 * caller's, hold nothing.
 */
export function isInFolders({ scope }: Pick<TenantTx, 'scope'>, ids: readonly string[]): RawBuilder<SqlBool> {
  const known = ids.flatMap((id) => parseId('fld', id) ?? [])
  const tenant = sql`${scope.tenantId}::uuid`
  return sql`coalesce(files.folder_id in (
    with recursive inside as (
      select id from folders where tenant_id = ${tenant} and id = any(${known}::uuid[])
      union
      select folders.id from folders join inside on folders.parent_id = inside.id where folders.tenant_id = ${tenant}
    )
    select id from inside), false)`
}
