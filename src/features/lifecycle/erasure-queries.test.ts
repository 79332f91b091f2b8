import { expect, test } from 'vitest'
import { tenantTables } from '#platform/db/tables.generated.ts'
import { erasedTables } from './erasure-queries.ts'

test('every table of a tenant is emptied, the end of its chain after the entries: one that comes late takes no number of theirs', () => {
  expect(erasedTables.toSorted()).toEqual([...tenantTables, 'keys'].toSorted())
  const [entries, end] = [erasedTables.indexOf('events'), erasedTables.indexOf('event_chains')]
  expect(end).toBeGreaterThan(entries)
})
