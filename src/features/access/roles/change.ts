import type { Clock } from '#platform/clock.ts'
import { type Db, type TenantTx, violatesUnique } from '#platform/db/index.ts'
import { changeOf } from '#platform/events/index.ts'
import type { Ids } from '#platform/ids.ts'
import { type Permission, permissionsOf, type TenantScope } from '#platform/scope/index.ts'
import { beyondOwnRights, roleConflict } from '../errors.ts'
import { builtInRoles } from './built-in.ts'
import { assertHeld } from './give.ts'
import { getRole, type RoleRow } from './queries.ts'

export type Deps = { db: Db; clock: Clock; ids: Ids }

export type RoleInput = {
  slug: string
  name?: string
  permissions: Permission[]
  enters_open_spaces?: boolean
}

/** The roles that every tenant has, in the transaction that makes the tenant. */
export async function insertBuiltInRoles(
  tx: TenantTx,
  { clock, ids }: Pick<Deps, 'clock' | 'ids'>,
): Promise<void> {
  const now = clock.now()
  const rows = Object.entries(builtInRoles).map(([slug, { entersOpenSpaces }]) => ({
    tenant_id: tx.scope.tenantId,
    id: ids.uuid(),
    slug,
    name: slug.charAt(0).toUpperCase() + slug.slice(1),
    is_built_in: true,
    permissions: [],
    enters_open_spaces: entersOpenSpaces,
    created_at: now,
    updated_at: now,
  }))
  await tx.kysely.insertInto('roles').values(rows).execute()
}

/** @throws roles.conflict, keys.beyond_own_rights */
export async function createRole(
  scope: TenantScope,
  input: RoleInput,
  { db, clock, ids }: Deps,
): Promise<RoleRow> {
  const now = clock.now()
  return db.tenant(scope, async (tx) => {
    assertGivable(tx, input.permissions)
    const insert = tx.kysely.insertInto('roles').values({
      tenant_id: scope.tenantId,
      id: ids.uuid(),
      slug: input.slug,
      name: input.name ?? input.slug,
      permissions: [...new Set(input.permissions)],
      enters_open_spaces: input.enters_open_spaces ?? true,
      created_at: now,
      updated_at: now,
    })
    const role = await refusingConflict(insert.returningAll().executeTakeFirstOrThrow())
    await tx.record({
      type: 'role.created',
      subject: subjectOf(role),
      data: { permissions: role.permissions },
    })
    return role
  })
}

function subjectOf({ id, name }: Pick<RoleRow, 'id' | 'name'>) {
  return { type: 'role', id, name } as const
}

/**
 * Changes a role of the tenant's own, for everybody who has it. Who takes permissions from it, or gives it some, holds
 * all that it has before and after.
 * @throws roles.not_found, roles.conflict, keys.beyond_own_rights
 */
export async function changeRole(
  scope: TenantScope,
  text: string,
  change: Partial<RoleInput>,
  { db, clock }: Deps,
): Promise<RoleRow> {
  return db.tenant(scope, async (tx) => {
    const role = await getOwnRole(tx, text)
    assertGivable(tx, [...(role.permissions as Permission[]), ...(change.permissions ?? [])])
    const update = tx.kysely
      .updateTable('roles')
      .set({ ...change, updated_at: clock.now() })
      .where('id', '=', role.id)
    const after = await refusingConflict(update.returningAll().executeTakeFirstOrThrow())
    const data = changeOf(role, after, ['slug', 'name', 'permissions', 'enters_open_spaces'])
    await tx.record({ type: 'role.updated', subject: subjectOf(after), data })
    return after
  })
}

/**
 * Deletes a role of the tenant's own, with what was granted to it; whoever had it has it no more.
 * @throws roles.not_found, roles.conflict
 */
export async function deleteRole(scope: TenantScope, text: string, { db }: Deps): Promise<void> {
  await db.tenant(scope, async (tx) => {
    const role = await getOwnRole(tx, text)
    await tx.record({ type: 'role.deleted', subject: subjectOf(role) })
    await tx.kysely.deleteFrom('roles').where('id', '=', role.id).execute()
  })
}

async function getOwnRole(tx: TenantTx, text: string): Promise<RoleRow> {
  const role = await getRole(tx, text)
  if (role.is_built_in) throw roleConflict('A built-in role stays as it is.')
  return role
}

/** Of what a tenant has, without making owners: those are made by the built-in role alone. */
function assertGivable(tx: TenantTx, permissions: readonly Permission[]): void {
  const most: readonly Permission[] = permissionsOf.tenant
  const never = permissions.filter((p) => !most.includes(p) || p === 'owners:manage')
  if (never.length > 0) throw beyondOwnRights(`Not for a role of the tenant: ${never.join(', ')}.`)
  assertHeld(tx, permissions)
}

function refusingConflict<T>(statement: Promise<T>): Promise<T> {
  return statement.catch((error: unknown) => {
    throw violatesUnique(error, 'roles_tenant_id_slug_key') ? roleConflict() : error
  })
}
