import type { TenantTx } from '#platform/db/index.ts'
import { chainOf, changeOf } from '#platform/events/index.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { type AlertDeps, type AlertInput, fromNowOn, readCounted } from './create-alert.ts'
import { type AlertRow, deleteAlertRow, lockAlert, updateAlertRow } from './queries.ts'
import { tell } from './tell.ts'

export type AlertChange = Partial<Omit<AlertInput, 'space'>> & { status?: 'active' | 'disabled' }

const changed = ['name', 'types', 'threshold', 'window_seconds', 'status'] as const

/**
 * One that counts something else from now on, or counts again, begins anew; another name alone changes nothing of that.
 * @throws alerts.not_found, input.invalid
 */
export async function updateAlert(
  scope: TenantScope,
  id: string,
  { types, ...others }: AlertChange,
  { db, clock, sequencer }: AlertDeps,
): Promise<AlertRow> {
  const change = { ...others, ...(types === undefined ? {} : { types: readCounted(types) }) }
  await sequencer.settle(chainOf(scope))
  return db.tenant(scope, async (tx) => {
    const before = await lockAlert(tx, id)
    const told = changeOf(before, { ...before, ...change }, changed)
    const isAnew = Object.keys(told.after).some((field) => field !== 'name')
    const after = await updateAlertRow(tx, before.id, {
      ...change,
      ...(isAnew ? await fromNowOn(tx) : {}),
      updated_at: clock.now(),
    })
    await tell(tx, 'alert.updated', after, told)
    return after
  })
}

/** @throws alerts.not_found */
export async function deleteAlert(tx: TenantTx, id: string): Promise<void> {
  const row = await lockAlert(tx, id)
  await tell(tx, 'alert.deleted', row)
  await deleteAlertRow(tx, row.id)
}
