import { type AdminTx, type Db, type PageRequest, type TenantTx, violatesUnique } from '#platform/db/index.ts'
import type { Clock } from '#platform/clock.ts'
import { inputInvalid } from '#platform/errors.ts'
import { changeOf, type EventType } from '#platform/events/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { PartnerScope, PlatformScope, TenantScope } from '#platform/scope/index.ts'
import { checkModels, type Models } from './models/check-models.ts'
import { tenantConflict, tenantErasing } from './errors.ts'
import { findErasingTwin, getPartner, getTenant, listTenants, type TenantFilter } from './queries.ts'
import { insertSpace } from './spaces.ts'

export type AdminScope = PlatformScope | PartnerScope

export type Deps = Models & {
  db: Db
  clock: Clock
  ids: Ids
  /** From `access/`: the scope under which a new tenant's first rows are written. */
  scopeOfNewTenant: (admin: AdminScope, tenant: { id: string; partnerId: string }) => TenantScope
  /** From `access/`: the scope under which a job for a whole tenant is queued; it sees no rows. */
  scopeOfQueueing: (admin: AdminScope, tenant: { id: string; partnerId: string }) => TenantScope
  /** Has the files of all spaces embedded by what they should have, in the background. */
  queueTenantEmbedding: (tx: TenantTx) => Promise<void>
  /** Gives a new tenant the key its content is sealed with. One whose tenant is rolled back opens nothing. */
  createTenantKey: (tenantId: string) => Promise<void>
  /** From `access/`: gives a new tenant the roles that every tenant has. */
  insertBuiltInRoles: (tx: TenantTx) => Promise<void>
  /** Takes up the jobs that waited while a tenant was out of use. */
  wakeJobs: (tenantId: string) => Promise<void>
}

export type TenantInput = {
  slug: string
  name?: string
  external_id?: string
  partner?: string
  embedder?: string | null
  reranker?: string | null
  model?: string | null
}

/**
 * Creates a tenant with its `default` space and its roles, all or nothing.
 * @throws input.invalid, tenants.conflict, tenants.erasing, partners.not_found
 */
export async function createTenant(scope: AdminScope, input: TenantInput, deps: Deps) {
  checkModels(input, deps)
  if (scope.level === 'partner' && input.partner !== undefined) {
    throw partnerGiven('A partner key creates tenants of its own partner only.')
  }
  return asAdmin(scope, deps.db, async (tx) => {
    const partnerId = await partnerFor(tx, input.partner)
    const twin = await findErasingTwin(tx, partnerId, input)
    if (twin) throw tenantErasing('The tenant that has this slug or external id is still being erased.')
    const tenant = await insertTenant(tx, partnerId, input, deps)
    await tx.record({ type: 'tenant.created', subject: subjectOf(tenant) })
    return tenant
  })
}

/** The part of `createTenant` that the first start does in a transaction of its own. */
export async function insertTenant(
  tx: AdminTx,
  partnerId: string,
  input: TenantInput,
  deps: Pick<Deps, 'clock' | 'ids' | 'scopeOfNewTenant' | 'createTenantKey' | 'insertBuiltInRoles'>,
) {
  const now = deps.clock.now()
  const tenant = await refusingConflict(
    tx.kysely
      .insertInto('tenants')
      .values({
        id: deps.ids.uuid(),
        partner_id: partnerId,
        slug: input.slug,
        name: input.name ?? input.slug,
        external_id: input.external_id ?? null,
        embedder: input.embedder ?? null,
        reranker: input.reranker ?? null,
        model: input.model ?? null,
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow(),
  )
  await deps.createTenantKey(tenant.id)
  const first = deps.scopeOfNewTenant(tx.scope, { id: tenant.id, partnerId })
  await tx.enter(first, async (tenantTx) => {
    await insertSpace(tenantTx, { slug: 'default', name: 'Default' }, deps)
    await deps.insertBuiltInRoles(tenantTx)
    await tenantTx.record({ type: 'tenant.created', subject: subjectOf(tenant) })
  })
  return tenant
}

function subjectOf({ id, name }: { id: string; name: string }) {
  return { type: 'tenant', id, name } as const
}

export type TenantChange = Partial<{
  name: string
  slug: string
  external_id: string | null
  embedder: string | null
  reranker: string | null
  model: string | null
  status: 'active' | 'suspended' | 'archived'
}>

/** @throws input.invalid, tenants.not_found, tenants.conflict, tenants.erasing */
export async function changeTenant(scope: AdminScope, reference: string, change: TenantChange, deps: Deps) {
  checkModels(change, deps)
  const changed = await asAdmin(scope, deps.db, async (tx) => {
    const before = await getTenant(tx, reference)
    const { id, partner_id: partnerId } = before
    const row = await refusingConflict(
      tx.kysely
        .updateTable('tenants')
        .set({ ...change, updated_at: deps.clock.now() })
        .where('id', '=', id)
        .where('status', '!=', 'erasing')
        .returningAll()
        .executeTakeFirstOrThrow(() => tenantErasing()),
    )
    const event = {
      type: typeOf(change),
      subject: subjectOf(row),
      data: changeOf(before, row, told),
    } as const
    await tx.record(event)
    await tx.enter(deps.scopeOfQueueing(tx.scope, { id, partnerId }), async (tenantTx) => {
      await tenantTx.record(event)
      if (change.embedder !== undefined) await deps.queueTenantEmbedding(tenantTx)
    })
    return row
  })
  // After the commit: a worker that still read the old status puts its job off before it looks again.
  if (change.status === 'active') await deps.wakeJobs(changed.id)
  return changed
}

const told = ['slug', 'name', 'external_id', 'embedder', 'reranker', 'model', 'status'] as const

function typeOf({ status }: TenantChange): EventType {
  if (status === undefined) return 'tenant.updated'
  if (status === 'active') return 'tenant.resumed'
  return status === 'suspended' ? 'tenant.suspended' : 'tenant.archived'
}

/** @throws tenants.not_found */
export async function readTenant(scope: AdminScope | TenantScope, reference: string, { db }: Deps) {
  if (scope.level === 'tenant') return db.tenant(scope, (tx) => getTenant(tx, reference))
  return asAdmin(scope, db, (tx) => getTenant(tx, reference))
}

type Listing = Omit<TenantFilter, 'partnerId'> & {
  partner?: string | undefined
}

export async function findTenants(
  scope: AdminScope | TenantScope,
  { partner, ...filter }: Listing,
  page: PageRequest,
  { db }: Deps,
) {
  if (partner !== undefined && scope.level !== 'platform')
    throw partnerGiven('Only a platform key names a partner.')
  if (scope.level === 'tenant') return db.tenant(scope, (tx) => listTenants(tx, filter, page))
  return asAdmin(scope, db, async (tx) => {
    const partnerId = partner === undefined ? undefined : await partnerFor(tx, partner)
    return listTenants(tx, { ...filter, partnerId }, page)
  })
}

function partnerGiven(detail: string) {
  return inputInvalid(detail, { errors: [{ path: 'partner', message: 'must be left out' }] })
}

export function asAdmin<T>(scope: AdminScope, db: Db, work: (tx: AdminTx) => Promise<T>): Promise<T> {
  return scope.level === 'platform' ? db.platform(scope, work) : db.partner(scope, work)
}

/** A partner key is its partner; a platform key means `internal` unless it names one. */
async function partnerFor(tx: AdminTx, reference: string | undefined): Promise<string> {
  if (tx.scope.level === 'partner') return tx.scope.partnerId
  const partner = await getPartner({ ...tx, scope: tx.scope }, reference ?? 'internal')
  return partner.id
}

async function refusingConflict<T>(statement: Promise<T>): Promise<T> {
  return statement.catch((error: unknown) => {
    const taken =
      violatesUnique(error, 'tenants_partner_id_slug_key') ||
      violatesUnique(error, 'tenants_partner_id_external_id_key')
    throw taken ? tenantConflict() : error
  })
}
