import type { Insertable, Selectable, Updateable } from 'kysely'
import type { EventFilter } from '#features/events/index.ts'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { webhookNotFound } from './errors.ts'
import { readingsAndRefusals } from './readings.ts'

export type EndpointRow = Selectable<Tables['webhook_endpoints']>
export type DeliveryRow = Selectable<Tables['webhook_deliveries']>
type EndpointUpdate = Updateable<Tables['webhook_endpoints']>

export function insertEndpoint(tx: TenantTx, row: Insertable<Tables['webhook_endpoints']>) {
  return tx.kysely.insertInto('webhook_endpoints').values(row).returningAll().executeTakeFirstOrThrow()
}

/** @throws webhooks.not_found */
export async function getEndpoint(tx: TenantTx, text: string): Promise<EndpointRow> {
  const id = parseId('whk', text)
  const row =
    id &&
    (await tx.kysely.selectFrom('webhook_endpoints').selectAll().where('id', '=', id).executeTakeFirst())
  if (!row) throw webhookNotFound()
  return row
}

export function getEndpointRow(tx: TenantTx, id: string): Promise<EndpointRow> {
  return tx.kysely.selectFrom('webhook_endpoints').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** Nobody else changes it, or makes deliveries for it, until the transaction ends. @throws webhooks.not_found */
export async function lockEndpoint(tx: TenantTx, text: string): Promise<EndpointRow> {
  const { id } = await getEndpoint(tx, text)
  return (await lockEndpointRow(tx, id)) ?? Promise.reject(webhookNotFound())
}

export function lockEndpointRow(tx: TenantTx, id: string): Promise<EndpointRow | undefined> {
  return tx.kysely
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export function listEndpoints(tx: TenantTx, page: PageRequest): Promise<EndpointRow[]> {
  const query = tx.kysely.selectFrom('webhook_endpoints').selectAll()
  return pageByCreation(query, 'webhook_endpoints', page).execute()
}

export async function countEndpoints(tx: TenantTx): Promise<number> {
  const { count } = await tx.kysely
    .selectFrom('webhook_endpoints')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

export function updateEndpoint(tx: TenantTx, id: string, change: EndpointUpdate): Promise<EndpointRow> {
  return tx.kysely
    .updateTable('webhook_endpoints')
    .set(change)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** With its deliveries. */
export async function deleteEndpoint(tx: TenantTx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('webhook_endpoints').where('id', '=', id).execute()
}

/** What of everything that happens in the tenant is told to an endpoint. */
export function filterOf({ types, spaces, space_id: space }: EndpointRow): EventFilter {
  return {
    ...(types.length === 0 ? { except: readingsAndRefusals } : { types }),
    ...(spaces.length === 0 ? {} : { spaceIds: spaces }),
    ...(space === null ? {} : { spaceId: space }),
  }
}

export async function insertDeliveries(
  tx: TenantTx,
  rows: Insertable<Tables['webhook_deliveries']>[],
): Promise<void> {
  if (rows.length > 0) await tx.kysely.insertInto('webhook_deliveries').values(rows).execute()
}

export function findDelivery(tx: TenantTx, id: string): Promise<DeliveryRow | undefined> {
  return tx.kysely.selectFrom('webhook_deliveries').selectAll().where('id', '=', id).executeTakeFirst()
}

export function lockDelivery(tx: TenantTx, id: string): Promise<DeliveryRow | undefined> {
  return tx.kysely
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

export async function updateDelivery(
  tx: TenantTx,
  id: string,
  change: Updateable<Tables['webhook_deliveries']>,
): Promise<void> {
  await tx.kysely.updateTable('webhook_deliveries').set(change).where('id', '=', id).execute()
}

/** Newest first, of one state where it is named. */
export function listDeliveries(
  tx: TenantTx,
  { endpoint, state }: { endpoint: string; state: string | undefined },
  page: PageRequest,
): Promise<DeliveryRow[]> {
  const all = tx.kysely.selectFrom('webhook_deliveries').selectAll().where('endpoint_id', '=', endpoint)
  const query = state === undefined ? all : all.where('state', '=', state)
  return pageByCreation(query, 'webhook_deliveries', page, 'newest first').execute()
}

/** Whether anything has arrived since then. */
export async function hasDeliveredSince(tx: TenantTx, endpoint: string, at: Date): Promise<boolean> {
  const row = await tx.kysely
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('endpoint_id', '=', endpoint)
    .where('delivered_at', '>=', at)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Those that are over. */
export async function deleteDeliveriesBefore(tx: TenantTx, endpoint: string, at: Date): Promise<void> {
  await tx.kysely
    .deleteFrom('webhook_deliveries')
    .where('endpoint_id', '=', endpoint)
    .where('created_at', '<', at)
    .where('state', '<>', 'pending')
    .execute()
}
