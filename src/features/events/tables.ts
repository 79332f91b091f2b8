import { sql } from 'kysely'
import type { Chain } from '#platform/events/index.ts'

/** Where the events and the end of a chain are, and the column that says whose they are. */
export function tablesOf({ level }: Pick<Chain, 'level'>) {
  return level === 'tenant'
    ? { events: sql.table('events'), chains: sql.table('event_chains'), owner: sql.ref('tenant_id') }
    : { events: sql.table('admin_events'), chains: sql.table('admin_event_chains'), owner: sql.ref('chain') }
}
