import { readNewest, readTypes, type Sequencer } from '#features/events/index.ts'
import { ownSpace } from '#features/tenancy/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import { chainOf, eventTypeNames } from '#platform/events/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { tooManyAlerts } from './errors.ts'
import { type AlertRow, countAlerts, insertAlert } from './queries.ts'
import { tell } from './tell.ts'

export type AlertDeps = { db: Db; clock: Clock; ids: Ids; sequencer: Pick<Sequencer, 'settle'> }

export type AlertInput = {
  name: string
  types: string[]
  threshold: number
  window_seconds: number
  space?: string
}

const mostAlerts = 100

/** An alert that counted alerts could raise itself. */
const countedTypes = eventTypeNames.filter((type) => !type.startsWith('alert.'))

/**
 * Makes an alert that counts what happens from now on.
 * @throws alerts.too_many, spaces.not_found, input.invalid
 */
export async function createAlert(
  scope: TenantScope,
  { name, types, threshold, window_seconds, space }: AlertInput,
  { db, clock, ids, sequencer }: AlertDeps,
): Promise<AlertRow> {
  const counted = readCounted(types)
  // What was answered before this does not count.
  await sequencer.settle(chainOf(scope))
  return db.tenant(scope, async (tx) => {
    const spaceId = await ownSpace(tx, space)
    if ((await countAlerts(tx)) >= mostAlerts) throw tooManyAlerts()
    const now = clock.now()
    const row = await insertAlert(tx, {
      tenant_id: scope.tenantId,
      id: ids.uuid(),
      space_id: spaceId,
      name,
      types: counted,
      threshold,
      window_seconds,
      ...(await fromNowOn(tx)),
      created_by: scope.subject.id,
      created_at: now,
      updated_at: now,
    })
    await tell(tx, 'alert.created', row, { types: counted, threshold, window_seconds })
    return row
  })
}

/** @throws input.invalid for a type that no event has, or that never counts */
export function readCounted(types: readonly string[]): string[] {
  return readTypes(types, countedTypes)
}

/** Nothing is counted yet, and nothing counts that has happened. */
export async function fromNowOn(tx: TenantTx) {
  const position = await readNewest(tx)
  return { position, counted_after: position, count: 0, is_raised: false }
}
