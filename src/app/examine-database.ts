import {
  assertCurrent,
  type Database,
  examineCatalogue,
  type Migration,
  refuseFindings,
  refuseOldServer,
} from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'

/**
 * What has to hold before anybody is served: a PostgreSQL without known holes, the schema of this program, and a
 * catalogue that keeps tenants apart.
 * @throws StartRefused naming what does not hold
 */
export async function examineDatabase(
  { db, kind }: Database,
  migrations: Migration[],
  log: Log,
): Promise<void> {
  await db.system('check-health', async ({ execute }) => {
    const { rows } = await execute(`select current_setting('server_version_num')::int as version`)
    const told = refuseOldServer(Number(rows[0]?.['version']))
    // Of the embedded one the version comes with Bulkhead: its operator can do nothing about it.
    if (kind === 'server' && told.length > 0) {
      log.warn({ holes: told.map(({ cve }) => cve) }, 'this PostgreSQL has holes that a minor upgrade closes')
    }
    await assertCurrent(execute, migrations)
    refuseFindings(await examineCatalogue(execute, kind))
  })
}
