import { assertHeld } from '#features/access/index.ts'
import type { Clock } from '#platform/clock.ts'
import { type Db, type TenantTx, violatesForeignKey } from '#platform/db/index.ts'
import type { EventType } from '#platform/events/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { Permission, TenantScope } from '#platform/scope/index.ts'
import { grantNotFound } from './errors.ts'
import { assertOneOf, findTarget, type Where, type Whom } from './find-target.ts'
import { presentGrant } from './present.ts'
import { getGrant, type GrantRow } from './queries.ts'

export type Deps = { db: Db; clock: Clock; ids: Ids }

export type GrantInput = Whom & Where & { effect: 'allow' | 'deny'; permissions: Permission[] }

/**
 * Lets somebody do something in a place, or keeps them from it. Nobody lets others do what they may not do themselves.
 * @throws input.invalid, keys.beyond_own_rights, and the not_found of whom and of the place
 */
export async function createGrant(scope: TenantScope, input: GrantInput, deps: Deps): Promise<GrantRow> {
  assertOneOf(input, ['user', 'group', 'role'])
  assertOneOf(input, ['space', 'folder', 'file'])
  return deps.db.tenant(scope, async (tx) => {
    assertHeld(tx, input.permissions)
    const insert = tx.kysely.insertInto('grants').values({
      tenant_id: scope.tenantId,
      id: deps.ids.uuid(),
      effect: input.effect,
      permissions: input.permissions,
      ...(await findTarget(tx, input)),
      created_at: deps.clock.now(),
    })
    const grant = await insert
      .returningAll()
      .executeTakeFirstOrThrow()
      .catch((error: unknown) => {
        // Deleted by somebody else since it was looked up.
        throw violatesForeignKey(error)
          ? grantNotFound('What the grant is for, or on, was just deleted.')
          : error
      })
    await tell(tx, 'grant.created', grant)
    return grant
  })
}

/** Of the tenant as a whole, wherever the grant is: who may do what is nothing to those who are held to spaces. */
async function tell(tx: TenantTx, type: EventType, grant: GrantRow): Promise<void> {
  const { id: _id, created_at: _at, ...data } = presentGrant(grant)
  await tx.record({ type, subject: { type: 'grant', id: grant.id }, data })
}

/**
 * Takes a grant away, from the next request on. To take away a deny is to let somebody do it.
 * @throws grants.not_found, keys.beyond_own_rights
 */
export async function deleteGrant(scope: TenantScope, text: string, { db }: Deps): Promise<void> {
  await db.tenant(scope, async (tx) => {
    const grant = await getGrant(tx, text)
    if (grant.effect === 'deny') assertHeld(tx, grant.permissions as Permission[])
    await tell(tx, 'grant.deleted', grant)
    await tx.kysely.deleteFrom('grants').where('id', '=', grant.id).execute()
  })
}
