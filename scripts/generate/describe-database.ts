import { join } from 'node:path'
import { migrate, readMigrations } from '#platform/db/index.ts'
import { withEmbedded } from '../../test/support/connect.ts'
import { generateSchema } from './schema.ts'
import { generateTables } from './tables.ts'

/** What is made from the catalogue of a freshly migrated embedded database, by path. */
export async function describeDatabase(): Promise<Record<string, string>> {
  const migrations = await readMigrations(join(import.meta.dirname, '../../migrations'))
  return withEmbedded(undefined, async (client) => {
    await migrate(client, migrations, undefined)
    const query = async (sql: string) => (await client.query(sql)).rows
    return {
      'src/platform/db/tables.generated.ts': await generateTables(query),
      'migrations/schema.sql': await generateSchema(query),
    }
  })
}
