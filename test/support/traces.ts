import { readdir } from 'node:fs/promises'
import type { ClientBase } from 'pg'
import type { TestDatabase } from './database.ts'

/**
 * Every table, of the queue too, with a row that names this id anywhere, and every path below the data directory. To be
 * asked while no app runs.
 * @param id as the database has it
 */
export async function tracesOfId(database: TestDatabase, id: string): Promise<string[]> {
  const tables = await database.asOwner((client) => tablesNaming(client, id))
  const paths = await readdir(database.dataDir, { recursive: true })
  return [...tables, ...paths.filter((path) => path.includes(id))]
}

async function tablesNaming(client: ClientBase, id: string): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string }>(`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'pgboss') order by 1`)
  const named: string[] = []
  for (const { name } of tables) {
    const { rowCount } = await client.query(
      `select from ${name} t where position($1 in to_jsonb(t)::text) > 0 limit 1`,
      [id],
    )
    if (rowCount) named.push(name)
  }
  return named
}
