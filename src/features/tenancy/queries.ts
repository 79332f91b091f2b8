import {
  type AdminTx,
  pageByCreation,
  type PageRequest,
  type PlatformTx,
  type Tables,
  type TenantTx,
} from '#platform/db/index.ts'
import { parseReference } from '#platform/reference.ts'
import { partnerNotFound, spaceNotFound, tenantNotFound } from './errors.ts'

export type PartnerRow = Tables['partners']
export type TenantRow = Tables['tenants']
export type SpaceRow = Tables['spaces']

/** @throws partners.not_found */
export async function getPartner(tx: PlatformTx, text: string) {
  const ref = parseReference('ptn', text)
  const row =
    ref &&
    (await tx.kysely.selectFrom('partners').selectAll().where(ref.column, '=', ref.value).executeTakeFirst())
  if (!row) throw partnerNotFound()
  return row
}

/**
 * A slug belongs to its partner: a platform key that uses one gets the tenant only when no other partner has it too.
 * @throws tenants.not_found
 */
export async function getTenant(tx: AdminTx | TenantTx, text: string) {
  const ref = parseReference('ten', text)
  const rows = ref
    ? await kyselyOf(tx)
        .selectFrom('tenants')
        .selectAll()
        .where(ref.column, '=', ref.value)
        .limit(2)
        .execute()
    : []
  const [row] = rows
  if (!row || rows.length > 1) throw tenantNotFound()
  return row
}

/** Whoever has the slug or the external id that a new tenant is to get, and is on the way out. */
export function findErasingTwin(
  tx: AdminTx,
  partnerId: string,
  { slug, external_id }: { slug: string; external_id?: string },
) {
  return kyselyOf(tx)
    .selectFrom('tenants')
    .select('id')
    .where('partner_id', '=', partnerId)
    .where('status', '=', 'erasing')
    .where((eb) =>
      eb.or([
        eb('slug', '=', slug),
        ...(external_id === undefined ? [] : [eb('external_id', '=', external_id)]),
      ]),
    )
    .executeTakeFirst()
}

/** @throws spaces.not_found */
export async function getSpace(tx: TenantTx, text: string) {
  const ref = parseReference('spc', text)
  const row =
    ref &&
    (await tx.kysely.selectFrom('spaces').selectAll().where(ref.column, '=', ref.value).executeTakeFirst())
  if (!row) throw spaceNotFound()
  return row
}

/**
 * The space a request means: the one it names, else the one its key is bound to, else the tenant's `default`.
 * @throws spaces.not_found
 */
export function getSpaceOr(tx: TenantTx, text: string | undefined) {
  const { boundTo } = tx.scope
  if (text !== undefined) return getSpace(tx, text)
  if (boundTo === undefined) return getSpace(tx, 'default')
  return tx.kysely
    .selectFrom('spaces')
    .selectAll()
    .where('id', '=', boundTo)
    .executeTakeFirstOrThrow(() => spaceNotFound())
}

export function listPartners(tx: PlatformTx, page: PageRequest) {
  return pageByCreation(tx.kysely.selectFrom('partners').selectAll(), 'partners', page).execute()
}

export type TenantFilter = {
  partnerId?: string | undefined
  externalId?: string | undefined
  status?: string | undefined
}

export function listTenants(tx: AdminTx | TenantTx, filter: TenantFilter, page: PageRequest) {
  let query = kyselyOf(tx).selectFrom('tenants').selectAll()
  if (filter.partnerId) query = query.where('partner_id', '=', filter.partnerId)
  if (filter.externalId) query = query.where('external_id', '=', filter.externalId)
  if (filter.status) query = query.where('status', '=', filter.status)
  return pageByCreation(query, 'tenants', page).execute()
}

export function listSpaces(tx: TenantTx, page: PageRequest) {
  return pageByCreation(tx.kysely.selectFrom('spaces').selectAll(), 'spaces', page).execute()
}

/** Every space the caller may read; row security decides which those are. */
export function readableSpaces(tx: TenantTx) {
  return tx.kysely.selectFrom('spaces').selectAll().orderBy('id').execute()
}

/** `tenants` is visible to every role, each in its own part; the union of their types is not callable. */
function kyselyOf(tx: AdminTx | TenantTx) {
  return tx.kysely as AdminTx['kysely']
}
