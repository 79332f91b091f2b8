import manifest from '../../../package.json' with { type: 'json' }
import { type Check, type Database, type Db, examineCatalogue } from '#platform/db/index.ts'

export type IsolationDeps = { db: Db; kind: Database['kind'] }
export type CatalogueReport = {
  version: string
  database: { kind: Database['kind']; server_version: string }
  checks: Check[]
}

/** Whether the database still is what keeps tenants apart: the same look at its catalogue as at each start. */
export async function examineIsolation({ db, kind }: IsolationDeps): Promise<CatalogueReport> {
  return db.system('check-health', async ({ execute }) => {
    const { rows } = await execute('show server_version')
    return {
      version: manifest.version,
      database: { kind, server_version: String(rows[0]?.['server_version']) },
      checks: await examineCatalogue(execute, kind),
    }
  })
}
