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
    user_id: row.user_id && formatId('usr', row.user_id),
    mode: row.mode,
    allowed_addresses: row.allowed_addresses,
    last_used_at: row.last_used_at?.toISOString() ?? null,
    replaces: row.replaces && formatId('key', row.replaces),
  }
}

/** What a caller may know of itself. */
export function presentMe(scope: Scope) {
  const { boundTo: space, user } = scope.level === 'tenant' ? scope : {}
  const { id, type } = scope.subject
  return {
    level: space ? 'space' : scope.level,
    key_id: type === 'key' ? formatId('key', id) : null,
    portal_token_id: type === 'portal_token' ? formatId('ptk', id) : null,
    name: scope.subject.name,
    partner_id: scope.level === 'platform' ? null : formatId('ptn', scope.partnerId),
    tenant_id: scope.level === 'tenant' ? formatId('ten', scope.tenantId) : null,
    space_id: space ? formatId('spc', space) : null,
    permissions: [...scope.permissions],
    user: user ? { id: formatId('usr', user.id), name: user.name } : null,
  }
}
