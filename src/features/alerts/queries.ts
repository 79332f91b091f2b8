import type { Insertable, Selectable, Updateable } from 'kysely'
import type { EventFilter } from '#features/events/index.ts'
import { pageByCreation, type PageRequest, type Tables, type TenantTx } from '#platform/db/index.ts'
import { parseId } from '#platform/ids.ts'
import { alertNotFound } from './errors.ts'

export type AlertRow = Selectable<Tables['alerts']>

export function insertAlert(tx: TenantTx, row: Insertable<Tables['alerts']>): Promise<AlertRow> {
  return tx.kysely.insertInto('alerts').values(row).returningAll().executeTakeFirstOrThrow()
}

/** @throws alerts.not_found */
export async function getAlert(tx: TenantTx, text: string): Promise<AlertRow> {
  const id = parseId('alr', text)
  const row = id && (await tx.kysely.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst())
  if (!row) throw alertNotFound()
  return row
}

/** Nobody else changes it, or counts for it, until the transaction ends. @throws alerts.not_found */
export async function lockAlert(tx: TenantTx, text: string): Promise<AlertRow> {
  const { id } = await getAlert(tx, text)
  return (await lockAlertRow(tx, id)) ?? Promise.reject(alertNotFound())
}

export function lockAlertRow(tx: TenantTx, id: string): Promise<AlertRow | undefined> {
  return tx.kysely.selectFrom('alerts').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

export function listAlerts(tx: TenantTx, page: PageRequest): Promise<AlertRow[]> {
  return pageByCreation(tx.kysely.selectFrom('alerts').selectAll(), 'alerts', page).execute()
}

export async function countAlerts(tx: TenantTx): Promise<number> {
  const { count } = await tx.kysely
    .selectFrom('alerts')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

export function updateAlertRow(
  tx: TenantTx,
  id: string,
  change: Updateable<Tables['alerts']>,
): Promise<AlertRow> {
  return tx.kysely
    .updateTable('alerts')
    .set(change)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function deleteAlertRow(tx: TenantTx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('alerts').where('id', '=', id).execute()
}

/** What of everything that happens in the tenant counts for an alert. */
export function filterOf({ types, space_id: space }: AlertRow): EventFilter {
  return {
    types,
    ...(space === null ? {} : { spaceId: space }),
  }
}
