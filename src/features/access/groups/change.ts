import type { Clock } from '#platform/clock.ts'
import { type Db, type TenantTx, violatesUnique } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { groupConflict, groupCycle } from '../errors.ts'
import { lockTenant } from '../lock-tenant.ts'
import { getUser } from '../users/queries.ts'
import { getGroup, type GroupRow, isWithin } from './queries.ts'

export type Deps = { db: Db; clock: Clock; ids: Ids }

export type GroupInput = { name: string; external_id?: string }

/** @throws groups.conflict */
export async function createGroup(scope: TenantScope, input: GroupInput, { db, clock, ids }: Deps) {
  const now = clock.now()
  return db.tenant(scope, (tx) =>
    refusingConflict(
      tx.kysely
        .insertInto('groups')
        .values({
          tenant_id: scope.tenantId,
          id: ids.uuid(),
          name: input.name,
          external_id: input.external_id ?? null,
          created_at: now,
          updated_at: now,
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    ),
  )
}

export type GroupChange = { name?: string; external_id?: string | null }

/** @throws groups.not_found, groups.conflict */
export async function changeGroup(
  scope: TenantScope,
  text: string,
  change: GroupChange,
  { db, clock }: Deps,
): Promise<GroupRow> {
  return db.tenant(scope, async (tx) => {
    const { id } = await getGroup(tx, text)
    const update = tx.kysely
      .updateTable('groups')
      .set({ ...change, updated_at: clock.now() })
      .where('id', '=', id)
    return refusingConflict(update.returningAll().executeTakeFirstOrThrow())
  })
}

/** Deletes a group with what was granted to it; its members stay. @throws groups.not_found */
export async function deleteGroup(scope: TenantScope, text: string, { db }: Deps): Promise<void> {
  await db.tenant(scope, async (tx) => {
    const { id } = await getGroup(tx, text)
    await tx.kysely.deleteFrom('groups').where('id', '=', id).execute()
  })
}

export type Member = { user?: string; group?: string }

/**
 * Adds a user, or a group with all who are in it. Who is in it already stays.
 * @throws groups.not_found, users.not_found, groups.cycle, input.invalid
 */
export async function addMember(
  scope: TenantScope,
  text: string,
  member: Member,
  { db, clock, ids }: Deps,
): Promise<GroupRow> {
  return db.tenant(scope, async (tx) => {
    const group = await getGroup(tx, text)
    const added = await findMember(tx, member)
    if (added.member_group_id !== null) {
      await lockTenant(tx)
      if (await isWithin(tx, group.id, added.member_group_id)) throw groupCycle()
    }
    await tx.kysely
      .insertInto('group_members')
      .values({
        tenant_id: scope.tenantId,
        id: ids.uuid(),
        group_id: group.id,
        ...added,
        created_at: clock.now(),
      })
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'group_id', 'user_id', 'member_group_id']).doNothing(),
      )
      .execute()
    return group
  })
}

/** Who is not in it stays out. @throws groups.not_found, users.not_found, input.invalid */
export async function removeMember(
  scope: TenantScope,
  text: string,
  member: Member,
  { db }: Deps,
): Promise<void> {
  await db.tenant(scope, async (tx) => {
    const group = await getGroup(tx, text)
    const { user_id: userId, member_group_id: memberId } = await findMember(tx, member)
    await tx.kysely
      .deleteFrom('group_members')
      .where('group_id', '=', group.id)
      .where((eb) => (userId === null ? eb('member_group_id', '=', memberId) : eb('user_id', '=', userId)))
      .execute()
  })
}

async function findMember(tx: TenantTx, { user, group }: Member) {
  if ((user === undefined) === (group === undefined)) {
    const message = 'either user or group is needed, and not both'
    throw inputInvalid(message, { errors: [{ path: 'user', message }] })
  }
  if (user !== undefined) return { user_id: (await getUser(tx, user)).id, member_group_id: null }
  return { user_id: null, member_group_id: (await getGroup(tx, group ?? '')).id }
}

function refusingConflict<T>(statement: Promise<T>): Promise<T> {
  return statement.catch((error: unknown) => {
    const taken =
      violatesUnique(error, 'groups_tenant_id_name_key') ||
      violatesUnique(error, 'groups_tenant_id_external_id_key')
    throw taken ? groupConflict() : error
  })
}
