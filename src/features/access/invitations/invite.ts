import type { Mailer } from '#adapters/mail/port.ts'
import type { Clock } from '#platform/clock.ts'
import { type Db, type TenantTx } from '#platform/db/index.ts'
import { upstreamUnavailable } from '#platform/errors.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { userConflict } from '../errors.ts'
import { findGivableRoles } from '../roles/give.ts'
import { createSecret, hashSecret } from '../secret.ts'
import { checkedEmail } from '../users/change.ts'
import { deleteInvitation, insertInvitation, type InvitationRow, subjectOf } from './queries.ts'

export type InviteDeps = {
  db: Db
  clock: Clock
  ids: Ids
  /** Where none is configured the inviter is shown the link, and passes it on. */
  mailer: Mailer | undefined
  /** Page that takes the secret of an invitation in its fragment, which no server and no log gets to see. */
  invitationUrl: string | undefined
}

export type InvitationInput = { email: string; name?: string; roles: string[]; expires_in: number }

export type Invited = {
  invitation: InvitationRow
  /** Undefined where it was sent by mail: then nobody but the invited sees it. */
  secret: string | undefined
  url: string | undefined
}

/**
 * Invites somebody by a link that works once, until it expires. Where the mail cannot be sent there is no invitation.
 * @throws input.invalid, users.conflict, roles.not_found, users.owners_only, keys.beyond_own_rights, upstream.unavailable
 */
export async function invite(scope: TenantScope, input: InvitationInput, deps: InviteDeps): Promise<Invited> {
  const secret = createSecret('bhi')
  const invitation = await deps.db.tenant(scope, (tx) => record(tx, input, secret, deps))
  const url = deps.invitationUrl === undefined ? undefined : `${deps.invitationUrl}#${secret}`
  if (!deps.mailer || url === undefined) return { invitation, secret, url }
  try {
    await deps.mailer.send(letter(invitation, url))
  } catch (error) {
    await deps.db.tenant(scope, async (tx) => {
      await deleteInvitation(tx, invitation.id)
      await tx.record({ type: 'invitation.revoked', subject: subjectOf(invitation), data: { sent: false } })
    })
    throw upstreamUnavailable('The invitation could not be sent.', { retryAfterSeconds: 30, cause: error })
  }
  return { invitation, secret: undefined, url: undefined }
}

async function record(tx: TenantTx, input: InvitationInput, secret: string, { clock, ids }: InviteDeps) {
  const roles = await findGivableRoles(tx, input.roles)
  const email = checkedEmail(input.email)
  const known = await tx.kysely.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()
  if (known) throw userConflict('A user of the tenant has this e-mail address.')
  const now = clock.now()
  const invitation = await insertInvitation(tx, {
    tenant_id: tx.scope.tenantId,
    id: ids.uuid(),
    email,
    name: input.name ?? null,
    role_ids: roles.map(({ id }) => id),
    secret_hash: hashSecret(secret),
    invited_by: tx.scope.user?.id ?? null,
    created_at: now,
    expires_at: new Date(now.getTime() + input.expires_in * 1000),
  })
  await tx.record({
    type: 'invitation.created',
    subject: subjectOf(invitation),
    data: { roles: roles.map(({ slug }) => slug), expires_at: invitation.expires_at.toISOString() },
  })
  return invitation
}

function letter({ email, expires_at }: InvitationRow, url: string) {
  return {
    to: email,
    subject: 'You are invited',
    text: `You are invited to a document workspace. This link works once, until ${expires_at.toISOString()}:\n\n${url}\n\nIf you expected no invitation, ignore this message.\n`,
  }
}
