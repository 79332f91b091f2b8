import { tenantTables } from '#platform/db/tables.generated.ts'

/** Tables that those who serve requests add to and read, and do not change: `test/isolation/events.test.ts` holds them. */
export const appendOnlyTables: readonly string[] = ['events', 'event_chains']

export const changeableTables = tenantTables.filter((table) => !appendOnlyTables.includes(table))
