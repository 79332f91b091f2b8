import { type Db, type PlatformTx, violatesForeignKey, violatesUnique } from '#platform/db/index.ts'
import type { Clock } from '#platform/clock.ts'
import { changeOf, type EventType } from '#platform/events/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { PlatformScope } from '#platform/scope/index.ts'
import { partnerConflict } from './errors.ts'
import { getPartner } from './queries.ts'

export type Deps = { db: Db; clock: Clock; ids: Ids }

export type PartnerInput = { slug: string; name?: string }

/** @throws partners.conflict */
export async function createPartner(scope: PlatformScope, input: PartnerInput, deps: Deps) {
  return deps.db.platform(scope, async (tx) => {
    const partner = await insertPartner(tx, input, deps)
    await tx.record({ type: 'partner.created', subject: subjectOf(partner) })
    return partner
  })
}

/** The part of `createPartner` that the first start does in a transaction of its own. */
export async function insertPartner(
  tx: PlatformTx,
  { slug, name }: PartnerInput,
  { clock, ids }: Omit<Deps, 'db'>,
) {
  const now = clock.now()
  return refusingConflict(
    tx.kysely
      .insertInto('partners')
      .values({ id: ids.uuid(), slug, name: name ?? slug, created_at: now, updated_at: now })
      .returningAll()
      .executeTakeFirstOrThrow(),
  )
}

export type PartnerChange = Partial<{ name: string; slug: string; status: 'active' | 'suspended' }>

/** @throws partners.not_found, partners.conflict */
export async function changePartner(
  scope: PlatformScope,
  reference: string,
  change: PartnerChange,
  deps: Deps,
) {
  return deps.db.platform(scope, async (tx) => {
    const before = await getPartner(tx, reference)
    const { id, slug } = before
    const renamesInternal = slug === 'internal' && change.slug !== undefined && change.slug !== slug
    if (renamesInternal) throw partnerConflict('The partner `internal` keeps its slug.')
    const after = await refusingConflict(
      tx.kysely
        .updateTable('partners')
        .set({ ...change, updated_at: deps.clock.now() })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow(),
    )
    await tx.record({
      type: typeOf(change),
      subject: subjectOf(after),
      data: changeOf(before, after, ['slug', 'name', 'status']),
    })
    return after
  })
}

type Partner = Awaited<ReturnType<typeof getPartner>>

function subjectOf({ id, name }: Pick<Partner, 'id' | 'name'>) {
  return { type: 'partner', id, name } as const
}

function typeOf({ status }: PartnerChange): EventType {
  if (status === undefined) return 'partner.updated'
  return status === 'suspended' ? 'partner.suspended' : 'partner.resumed'
}

/**
 * Deletes a partner with its keys. `internal` stays: it is the partner of whoever names none.
 * @throws partners.not_found, partners.conflict while it has tenants
 */
export async function deletePartner(scope: PlatformScope, reference: string, { db }: Deps) {
  return db.platform(scope, async (tx) => {
    const partner = await getPartner(tx, reference)
    if (partner.slug === 'internal') throw partnerConflict('The partner `internal` cannot be deleted.')
    await tx.record({ type: 'partner.deleted', subject: subjectOf(partner) })
    await refusingConflict(tx.kysely.deleteFrom('partners').where('id', '=', partner.id).execute())
  })
}

async function refusingConflict<T>(statement: Promise<T>): Promise<T> {
  return statement.catch((error: unknown) => {
    if (violatesForeignKey(error)) throw partnerConflict('The partner still has tenants: erase them first.')
    throw violatesUnique(error, 'partners_slug_key')
      ? partnerConflict('Another partner has this slug.')
      : error
  })
}
