import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { formatId, type Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { invitationNotFound } from '../errors.ts'
import { giveRoles } from '../roles/give.ts'
import { hashSecret, isWellFormedSecret } from '../secret.ts'
import { insertUser } from '../users/change.ts'
import { getUserWithRoles, userReference, type UserWithRoles } from '../users/queries.ts'
import { takeInvitation } from './queries.ts'

export type AcceptDeps = { db: Db; clock: Clock; ids: Ids }

type Acceptance = { secret: string; name?: string } & Request
type Request = Pick<TenantScope, 'requestId' | 'signal' | 'from'>

/**
 * Makes the invited person a user, with the roles that were meant and still exist. An unknown link, and one that is used,
 * expired, revoked or of a tenant or partner out of use, are the same.
 * @throws invitations.not_found, users.conflict when somebody got the address meanwhile
 */
export async function acceptInvitation(
  { secret, name, ...request }: Acceptance,
  { db, clock, ids }: AcceptDeps,
): Promise<UserWithRoles> {
  if (!isWellFormedSecret('bhi', secret)) throw invitationNotFound()
  const hash = hashSecret(secret)
  return db.system(
    'authenticate',
    async (tx) => {
      const found = await tx.kysely
        .selectFrom('invitations')
        .innerJoin('tenants', 'tenants.id', 'invitations.tenant_id')
        .innerJoin('partners', 'partners.id', 'tenants.partner_id')
        .select(['invitations.id', 'tenants.id as tenant_id', 'tenants.partner_id'])
        .where('invitations.secret_hash', '=', hash)
        .where('tenants.status', '=', 'active')
        .where('partners.status', '=', 'active')
        .executeTakeFirst()
      if (!found) throw invitationNotFound()
      return tx.enter(scopeOf(found, request), (tenantTx) =>
        becomeUser(tenantTx, found.id, name, { clock, ids }),
      )
    },
    { secretHash: hash.toString('hex') },
  )
}

async function becomeUser(
  tx: TenantTx,
  id: string,
  name: string | undefined,
  deps: Omit<AcceptDeps, 'db'>,
): Promise<UserWithRoles> {
  const invitation = await takeInvitation(tx, id, deps.clock.now())
  if (!invitation) throw invitationNotFound()
  const { email, role_ids: roleIds } = invitation
  const called = name ?? invitation.name ?? email.slice(0, 255)
  const user = await insertUser(tx, { kind: 'human', name: called, email }, deps)
  const roles = await tx.kysely
    .selectFrom('roles')
    .select('id')
    .where((eb) => eb('id', '=', eb.fn.any(eb.val(roleIds))))
    .execute()
  await giveRoles(tx, user.id, roles)
  await tx.kysely.updateTable('invitations').set({ user_id: user.id }).where('id', '=', id).execute()
  await tx.record({
    type: 'invitation.accepted',
    subject: { type: 'user', id: user.id, name: called },
    data: { invitation: formatId('inv', id) },
  })
  return getUserWithRoles(tx, userReference(user))
}

type Found = { id: string; tenant_id: string; partner_id: string }

function scopeOf(found: Found, request: Request): TenantScope {
  return mintScope<TenantScope>({
    level: 'tenant',
    partnerId: found.partner_id,
    tenantId: found.tenant_id,
    spaces: 'all',
    subject: { type: 'invitation', id: found.id, name: 'an invitation' },
    permissions: new Set(),
    ...request,
  })
}
