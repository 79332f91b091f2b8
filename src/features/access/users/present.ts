import { formatId } from '#platform/ids.ts'
import type { InvitationRow } from '../invitations/queries.ts'
import type { UserWithRoles } from './queries.ts'

export function presentUser(row: UserWithRoles) {
  return {
    id: formatId('usr', row.id),
    kind: row.kind,
    name: row.name,
    email: row.email,
    external_id: row.external_id,
    status: row.status,
    roles: row.roles,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

export function presentInvitation(row: InvitationRow, now: Date) {
  return {
    id: formatId('inv', row.id),
    email: row.email,
    name: row.name,
    status: statusOf(row, now),
    role_ids: row.role_ids.map((id) => formatId('rol', id)),
    invited_by: row.invited_by && formatId('usr', row.invited_by),
    user_id: row.user_id && formatId('usr', row.user_id),
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
  }
}

function statusOf({ accepted_at, revoked_at, expires_at }: InvitationRow, now: Date) {
  if (accepted_at) return 'accepted'
  if (revoked_at) return 'revoked'
  return expires_at <= now ? 'expired' : 'open'
}
