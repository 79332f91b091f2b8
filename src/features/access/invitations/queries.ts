import type { Insertable, Selectable } from 'kysely'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { invitationNotFound } from '../errors.ts'

/** All columns but the hash. */
const columns = [
  'id',
  'email',
  'name',
  'role_ids',
  'invited_by',
  'created_at',
  'expires_at',
  'revoked_at',
  'accepted_at',
  'user_id',
] as const

export type InvitationRow = Selectable<Pick<Tables['invitations'], (typeof columns)[number]>>

/** @throws invitations.not_found */
export async function getInvitation(tx: TenantTx, text: string): Promise<InvitationRow> {
  const id = parseId('inv', text)
  const row =
    id && (await tx.kysely.selectFrom('invitations').select(columns).where('id', '=', id).executeTakeFirst())
  if (!row) throw invitationNotFound()
  return row
}

export function listInvitations(tx: TenantTx, page: PageRequest) {
  return pageByCreation(tx.kysely.selectFrom('invitations').select(columns), 'invitations', page).execute()
}

export function insertInvitation(
  tx: TenantTx,
  row: Insertable<Tables['invitations']>,
): Promise<InvitationRow> {
  return tx.kysely.insertInto('invitations').values(row).returning(columns).executeTakeFirstOrThrow()
}

export async function deleteInvitation(tx: TenantTx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('invitations').where('id', '=', id).execute()
}

/** Ends one that is still open. @throws invitations.not_found */
export async function revokeInvitation(tx: TenantTx, text: string, at: Date): Promise<InvitationRow> {
  const invitation = await getInvitation(tx, text)
  const { id } = invitation
  await tx.record({ type: 'invitation.revoked', subject: subjectOf(invitation) })
  await tx.kysely
    .updateTable('invitations')
    .set((eb) => ({ revoked_at: eb.fn.coalesce('revoked_at', eb.val(at)) }))
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .execute()
  return getInvitation(tx, text)
}

export function subjectOf({ id, email }: InvitationRow) {
  return { type: 'invitation', id, name: email } as const
}

/** Takes one that is open, for good: of two at once the second finds it taken. */
export function takeInvitation(tx: TenantTx, id: string, at: Date): Promise<InvitationRow | undefined> {
  return tx.kysely
    .updateTable('invitations')
    .set({ accepted_at: at })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .returning(columns)
    .executeTakeFirst()
}
