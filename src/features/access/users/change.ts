import type { Clock } from '#platform/clock.ts'
import { type Db, type TenantTx, violatesUnique } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { changeOf } from '#platform/events/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { userConflict } from '../errors.ts'
import { findGivableRoles, giveRoles } from '../roles/give.ts'
import { keepingAnOwner } from './guard-owners.ts'
import { getUser, getUserWithRoles, type UserRow, userReference, type UserWithRoles } from './queries.ts'
import { readEmail } from './read-email.ts'

export type Deps = { db: Db; clock: Clock; ids: Ids }

export type UserInput = {
  kind: 'human' | 'service'
  name: string
  email?: string
  external_id?: string
  roles: string[]
}

/** @throws input.invalid, users.conflict, roles.not_found, keys.beyond_own_rights, users.owners_only */
export async function createUser(scope: TenantScope, input: UserInput, deps: Deps): Promise<UserWithRoles> {
  return deps.db.tenant(scope, async (tx) => {
    const roles = await findGivableRoles(tx, input.roles)
    const user = await insertUser(tx, { ...input, email: input.email ?? null }, deps)
    await giveRoles(tx, user.id, roles)
    await tx.record({
      type: 'user.created',
      subject: subjectOf(user),
      data: { kind: user.kind, roles: input.roles },
    })
    return getUserWithRoles(tx, userReference(user))
  })
}

function subjectOf({ id, name }: Pick<UserRow, 'id' | 'name'>) {
  return { type: 'user', id, name } as const
}

type NewUser = Pick<UserInput, 'kind' | 'name' | 'external_id'> & { email: string | null }

/** @throws input.invalid, users.conflict */
export async function insertUser(
  tx: TenantTx,
  { kind, name, email, external_id }: NewUser,
  { clock, ids }: Pick<Deps, 'clock' | 'ids'>,
): Promise<UserRow> {
  const now = clock.now()
  const insert = tx.kysely.insertInto('users').values({
    tenant_id: tx.scope.tenantId,
    id: ids.uuid(),
    kind,
    name,
    email: email === null ? null : checkedEmail(email),
    external_id: external_id ?? null,
    created_at: now,
    updated_at: now,
  })
  return refusingConflict(insert.returningAll().executeTakeFirstOrThrow())
}

export type UserChange = { name?: string; email?: string | null; external_id?: string | null }

/** @throws users.not_found, users.conflict, users.owners_only, input.invalid */
export async function changeUser(
  scope: TenantScope,
  text: string,
  { email, ...change }: UserChange,
  { db, clock }: Deps,
): Promise<UserWithRoles> {
  return db.tenant(scope, async (tx) => {
    const before = await getUser(tx, text)
    const { id } = before
    const address = email === undefined ? {} : { email: email === null ? null : checkedEmail(email) }
    const update = tx.kysely.updateTable('users').set({ ...change, ...address, updated_at: clock.now() })
    await keepingAnOwner(tx, id, () => refusingConflict(update.where('id', '=', id).execute()))
    const after = await getUserWithRoles(tx, text)
    const data = changeOf(before, after, ['name', 'email', 'external_id'])
    await tx.record({ type: 'user.updated', subject: subjectOf(after), data })
    return after
  })
}

/**
 * From the next request on nothing acts for a deactivated user: no key, no link that they sent. Their record stays.
 * @throws users.not_found, users.owners_only, users.last_owner
 */
export async function deactivateUser(scope: TenantScope, text: string, { db, clock }: Deps) {
  return db.tenant(scope, async (tx) => {
    const user = await getUser(tx, text)
    const { id } = user
    await keepingAnOwner(tx, id, () => setStatus(tx, id, 'deactivated', clock))
    await tx.record({ type: 'user.deactivated', subject: subjectOf(user) })
    await tx.kysely
      .updateTable('invitations')
      .set({ revoked_at: clock.now() })
      .where('invited_by', '=', id)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .execute()
    return getUserWithRoles(tx, text)
  })
}

/** @throws users.not_found, users.owners_only */
export async function resumeUser(scope: TenantScope, text: string, { db, clock }: Deps) {
  return db.tenant(scope, async (tx) => {
    const user = await getUser(tx, text)
    const { id } = user
    await keepingAnOwner(tx, id, () => setStatus(tx, id, 'active', clock))
    await tx.record({ type: 'user.resumed', subject: subjectOf(user) })
    return getUserWithRoles(tx, text)
  })
}

/**
 * Deletes a user with their keys, grants, memberships and open invitations.
 * @throws users.not_found, users.owners_only, users.last_owner
 */
export async function deleteUser(scope: TenantScope, text: string, { db }: Deps): Promise<void> {
  await db.tenant(scope, async (tx) => {
    const user = await getUser(tx, text)
    const { id } = user
    await tx.record({ type: 'user.deleted', subject: subjectOf(user) })
    await keepingAnOwner(tx, id, () => tx.kysely.deleteFrom('users').where('id', '=', id).execute())
  })
}

/** @throws users.not_found, roles.not_found, keys.beyond_own_rights, users.owners_only, users.last_owner */
export async function setRoles(scope: TenantScope, text: string, slugs: string[], { db }: Deps) {
  return db.tenant(scope, async (tx) => {
    const user = await getUserWithRoles(tx, text)
    const held = new Set(user.roles)
    const roles = await findGivableRoles(tx, slugs, held)
    await keepingAnOwner(tx, user.id, async () => {
      await tx.kysely.deleteFrom('user_roles').where('user_id', '=', user.id).execute()
      await giveRoles(tx, user.id, roles)
    })
    await tx.record({
      type: 'user.roles_updated',
      subject: subjectOf(user),
      data: { before: user.roles, after: slugs },
    })
    return getUserWithRoles(tx, text)
  })
}

async function setStatus(tx: TenantTx, id: string, status: UserRow['status'], clock: Clock): Promise<void> {
  await tx.kysely.updateTable('users').set({ status, updated_at: clock.now() }).where('id', '=', id).execute()
}

/** @throws input.invalid */
export function checkedEmail(text: string): string {
  const email = readEmail(text)
  if (email !== undefined) return email
  const message = 'must be an e-mail address, of letters that cannot be taken for others'
  throw inputInvalid(`email: ${message}`, { errors: [{ path: 'email', message }] })
}

function refusingConflict<T>(statement: Promise<T>): Promise<T> {
  return statement.catch((error: unknown) => {
    const taken =
      violatesUnique(error, 'users_tenant_id_email_key') ||
      violatesUnique(error, 'users_tenant_id_external_id_key')
    throw taken ? userConflict() : error
  })
}
