import { formatId } from '#platform/ids.ts'
import type { TokenRow } from './queries.ts'

export function presentToken(row: TokenRow, now: Date) {
  return {
    id: formatId('ptk', row.id),
    hint: row.hint,
    status: statusOf(row, now),
    subject: { external_id: row.subject_external_id, name: row.subject_name },
    scopes: row.scopes,
    space_ids: row.spaces.map((id) => formatId('spc', id)),
    folder_ids: row.folders.map((id) => formatId('fld', id)),
    file_ids: row.files.map((id) => formatId('fil', id)),
    origins: row.origins,
    max_uses: row.max_uses,
    uses: row.uses,
    created_by: formatId('key', row.created_by),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
  }
}

function statusOf({ revoked_at, expires_at, max_uses, uses }: TokenRow, now: Date) {
  if (revoked_at) return 'revoked'
  if (expires_at <= now) return 'expired'
  return max_uses !== null && uses >= max_uses ? 'used_up' : 'active'
}
