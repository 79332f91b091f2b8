import { formatId } from '#platform/ids.ts'
import type { Scope } from '#platform/scope/index.ts'
import type { KeyRow } from './queries.ts'

export function presentKey(row: KeyRow) {
  return {
    id: formatId('key', row.id),
    level: row.level,
    partner_id: row.partner_id && formatId('ptn', row.partner_id),
    tenant_id: row.tenant_id && formatId('ten', row.tenant_id),
    space_id: row.space_id && formatId('spc', row.space_id),
    name: row.name,
    hint: row.hint,
    permissions: row.permissions,
    created_by: row.created_by && formatId('key', row.created_by),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }
}

/** What a caller may know of itself. */
export function presentMe(scope: Scope) {
  const space = scope.level === 'tenant' && scope.spaces !== 'all' ? scope.spaces[0] : undefined
  return {
    level: space ? 'space' : scope.level,
    key_id: formatId('key', scope.subject.id),
    name: scope.subject.name,
    partner_id: scope.level === 'platform' ? null : formatId('ptn', scope.partnerId),
    tenant_id: scope.level === 'tenant' ? formatId('ten', scope.tenantId) : null,
    space_id: space ? formatId('spc', space) : null,
    permissions: [...scope.permissions],
  }
}
