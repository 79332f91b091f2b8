import type { ClientBase } from 'pg'
import type { TestDatabase } from './database.ts'

type Row = Record<string, unknown>

/** One superuser's connection for many tests: starting the embedded database for each statement takes a second. */
export async function openSession(database: TestDatabase) {
  const ending = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<ClientBase>()
  const ended = database.asOwner((client) => {
    opened.resolve(client)
    return ending.promise
  })
  ended.catch(opened.reject)
  const client = await opened.promise
  return {
    client,
    rows: async <Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> =>
      (await client.query<Row>(sql, values)).rows,
    close: async () => {
      ending.resolve()
      await ended
      await database.drop()
    },
  }
}

/**
 * Runs `work` as a serving role with these settings, and takes back whatever it wrote. A setting that is left out is
 * missing, as on a new connection.
 */
export async function actingAs<T>(
  client: ClientBase,
  role: string,
  settings: Record<string, string>,
  work: () => Promise<T>,
): Promise<T> {
  await client.query('begin')
  try {
    await client.query(`set local role ${role}`)
    for (const [name, value] of Object.entries(settings)) {
      await client.query(`set local app.${name} = '${value}'`)
    }
    return await work()
  } finally {
    await client.query('rollback')
  }
}

/** The number of rows that a statement touched, or the SQLSTATE with which it was refused. */
export async function outcomeOf(
  client: ClientBase,
  sql: string,
  values: unknown[] = [],
): Promise<number | string> {
  await client.query('savepoint attempt')
  try {
    return (await client.query(sql, values)).rowCount ?? 0
  } catch (error) {
    await client.query('rollback to attempt')
    return error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
}

/** All four kinds of statement on one table; the insert repeats a row of the table under new names. */
export async function tryEverything(client: ClientBase, table: string, row: Row) {
  return {
    select: await outcomeOf(client, `select * from ${table}`),
    insert: await outcomeOf(client, ...insertOf(table, renamed(row))),
    update: await outcomeOf(client, `update ${table} set tenant_id = tenant_id`),
    delete: await outcomeOf(client, `delete from ${table}`),
  }
}

export function insertOf(table: string, row: Row): [string, unknown[]] {
  return [
    `insert into ${table} select * from jsonb_populate_record(null::${table}, $1)`,
    [JSON.stringify(row)],
  ]
}

/** The same row with everything changed that has to be unique. */
function renamed(row: Row): Row {
  const changed: Row = { ...row }
  if ('id' in row) changed['id'] = crypto.randomUUID()
  if ('name_key' in row) changed['name_key'] = 'again'
  if ('name_hash' in row) changed['name_hash'] = '\\x00'
  if ('search_id' in row) changed['search_id'] = crypto.randomUUID()
  if ('slug' in row) changed['slug'] = 'again'
  if ('number' in row) changed['number'] = 99
  if ('ordinal' in row) changed['ordinal'] = 99
  if ('external_id' in row) changed['external_id'] = null
  if ('email' in row) changed['email'] = null
  if ('secret_hash' in row) Object.assign(changed, { secret_hash: '\\x00', email: 'again@example.com' })
  if ('name' in row) changed['name'] = 'again'
  if ('version_id' in row && 'embedder' in row) changed['embedder'] = 'another'
  if (!('id' in row)) changed['version_id'] = crypto.randomUUID()
  return changed
}
