import type { Clock } from '#platform/clock.ts'
import { type Db, type TenantTx, violatesUnique } from '#platform/db/index.ts'
import { inputInvalid } from '#platform/errors.ts'
import { changeOf } from '#platform/events/index.ts'
import { formatId, type Ids } from '#platform/ids.ts'
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
  return db.tenant(scope, async (tx) => {
    const insert = tx.kysely.insertInto('groups').values({
      tenant_id: scope.tenantId,
      id: ids.uuid(),
      name: input.name,
      external_id: input.external_id ?? null,
      created_at: now,
      updated_at: now,
    })
    const group = await refusingConflict(insert.returningAll().executeTakeFirstOrThrow())
    await tx.record({ type: 'group.created', subject: subjectOf(group) })
    return group
  })
}

function subjectOf({ id, name }: Pick<GroupRow, 'id' | 'name'>) {
  return { type: 'group', id, name } as const
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
    const before = await getGroup(tx, text)
    const update = tx.kysely
      .updateTable('groups')
      .set({ ...change, updated_at: clock.now() })
      .where('id', '=', before.id)
    const after = await refusingConflict(update.returningAll().executeTakeFirstOrThrow())
    const data = changeOf(before, after, ['name', 'external_id'])
    await tx.record({ type: 'group.updated', subject: subjectOf(after), data })
    return after
  })
}

/** Deletes a group with what was granted to it; its members stay. @throws groups.not_found */
export async function deleteGroup(scope: TenantScope, text: string, { db }: Deps): Promise<void> {
  await db.tenant(scope, async (tx) => {
    const group = await getGroup(tx, text)
    await tx.record({ type: 'group.deleted', subject: subjectOf(group) })
    await tx.kysely.deleteFrom('groups').where('id', '=', group.id).execute()
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
    await tx.record({ type: 'group.member_added', subject: subjectOf(group), data: memberOf(added) })
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
    const found = await findMember(tx, member)
    const { user_id: userId, member_group_id: memberId } = found
    await tx.record({ type: 'group.member_removed', subject: subjectOf(group), data: memberOf(found) })
    await tx.kysely
      .deleteFrom('group_members')
      .where('group_id', '=', group.id)
      .where((eb) => (userId === null ? eb('member_group_id', '=', memberId) : eb('user_id', '=', userId)))
      .execute()
  })
}

type Found = { user_id: string | null; member_group_id: string | null }

function memberOf({ user_id: user, member_group_id: group }: Found) {
  return user === null ? { group: formatId('grp', group ?? '') } : { user: formatId('usr', user) }
}

async function findMember(tx: TenantTx, { user, group }: Member): Promise<Found> {
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
