import { afterAll, describe, expect, test } from 'vitest'
import { examineCatalogue, executeOn } from '#platform/db/index.ts'
import { tenantTables } from '#platform/db/tables.generated.ts'
import { openSession } from '../support/act-as.ts'
import { freshDatabase } from '../support/database.ts'
import { breaches } from './catalogue/breaches.ts'

const database = await freshDatabase()
const { client, close } = await openSession(database)
afterAll(close)
const serving = decodeURIComponent(new URL(database.settings['BULKHEAD_DATABASE_URL'] ?? 'x://x').username)

/** What the examination says, asked by whoever serves, after `change`; everything is taken back. */
async function examineAfter(change: string) {
  await client.query('begin')
  try {
    await client.query(change)
    await client.query(
      database.kind === 'server'
        ? `set local session authorization "${serving}"`
        : 'set local role bulkhead_system',
    )
    return await examineCatalogue(executeOn(client), database.kind)
  } finally {
    await client.query('rollback')
  }
}

const fill = (text: string) => text.replaceAll('$login', serving)

describe('the examination of the catalogue', () => {
  test('finds nothing in a migrated database, and has looked at something for each statement', async () => {
    const checks = await examineAfter('select')
    expect(checks.flatMap(({ findings }) => findings)).toEqual([])
    expect(checks.map(({ statement }) => statement)).toEqual(['I01', 'I02', 'I03', 'I04', 'I05'])
    const [tables, policies, , keys] = checks
    expect(tables?.examined).toBeGreaterThan(tenantTables.length)
    expect(policies?.examined).toBeGreaterThan(tenantTables.length)
    expect(keys?.examined).toBeGreaterThan(2 * tenantTables.length)
    for (const { examined } of checks) expect(examined).toBeGreaterThan(0)
  })

  test.each(breaches.filter(({ only }) => only === undefined || only === database.kind))(
    'finds $what',
    async ({ change, findings }) => {
      const checks = await examineAfter(fill(change))
      expect(
        checks.flatMap(({ statement, findings: found }) =>
          found.map(({ object, problem }) => `${statement} ${object} ${problem}`),
        ),
      ).toEqual(findings.map((line) => expect.stringMatching(new RegExp(`^${fill(line)}`))))
    },
  )
})
