import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientBase } from 'pg'
import type { Execute } from './execute.ts'
import { createRolesSql, grantRolesSql } from './roles.ts'
import { StartRefused } from '../errors.ts'

export type Migration = { number: number; name: string; sql: string; checksum: string }
export type MigrationOutcome = { applied: string[]; current: number }

/** Everybody may make temporary tables in a new database; row security knows nothing of what stands in one. */
const closeDatabaseSql = `
do $$ begin
  execute format('revoke temporary on database %I from public', current_database());
end $$`

/** One lock for all processes: several servers may start at once, one migrates and the others wait for it. */
const lockKey = 7_201_873_113

/**
 * Brings the database to the newest migration, each in a transaction of its own. Refuses a database that is newer than
 * this program, and one whose applied migrations are not the ones in this folder.
 * @param owner a connection that may create roles and owns (or will own) the tables
 * @param servingLogin the login role that the server uses, when it is another one
 */
export async function migrate(
  owner: ClientBase,
  migrations: Migration[],
  servingLogin: string | undefined,
): Promise<MigrationOutcome> {
  const applied: string[] = []
  const pending = await alone(owner, async () => {
    await owner.query(`create table if not exists schema_migrations (
      number int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`)
    const pending = pendingMigrations(migrations, await readApplied(owner))
    if (pending.length > 0) await owner.query(createRolesSql)
    return pending
  })
  for (const migration of pending) {
    const isNew = await alone(owner, async () => {
      const stillPending = pendingMigrations(migrations, await readApplied(owner))
      if (!stillPending.includes(migration)) return false
      await apply(owner, migration)
      return true
    })
    if (isNew) applied.push(migration.name)
  }
  await alone(owner, async () => {
    await owner.query(`grant select on schema_migrations to bulkhead_system; ${closeDatabaseSql}`)
    if (servingLogin) await owner.query(grantRolesSql(quoteIdentifier(servingLogin)))
  })
  return { applied, current: newestOf(migrations) }
}

/**
 * One transaction under the lock of all migrations. Not a lock of the session: behind a pooler it would stay on a
 * connection that serves others next, and hold up every later migration.
 */
async function alone<T>(owner: ClientBase, work: () => Promise<T>): Promise<T> {
  await owner.query('begin')
  try {
    await owner.query(`select pg_advisory_xact_lock(${lockKey})`)
    const result = await work()
    await owner.query('commit')
    return result
  } catch (error) {
    await owner.query('rollback')
    throw error
  }
}

type Applied = { number: number; checksum: string }

async function readApplied(owner: ClientBase): Promise<Applied[]> {
  return (await owner.query<Applied>('select number, checksum from schema_migrations order by number')).rows
}

/**
 * Refuses to serve on a schema that is not the one this program was written for.
 * @throws Error that says what to run
 */
export async function assertCurrent(execute: Execute, migrations: Migration[]): Promise<void> {
  const { rows } = await execute('select number, checksum from schema_migrations order by number')
  const applied = rows.map((row) => ({ number: Number(row['number']), checksum: String(row['checksum']) }))
  const pending = pendingMigrations(migrations, applied)
  if (pending.length > 0) {
    throw new StartRefused(
      `The database lacks ${pending.map(({ name }) => name).join(', ')}. Run \`bulkhead migrate\` with BULKHEAD_MIGRATION_DATABASE_URL set to the owner.`,
    )
  }
}

/** In the order of their numbers, which may have gaps: what is written side by side takes numbers set apart for it. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d.*\.sql$/.test(name)).sort()
  const misnamed = names.find((name) => !/^\d{4}_[a-z0-9-]+\.sql$/.test(name))
  if (misnamed) throw new Error(`${misnamed} is not named like a migration, such as 0001_first-tables.sql`)
  const migrations = await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      const checksum = createHash('sha256').update(sql).digest('hex')
      return { number: Number(name.slice(0, 4)), name, sql, checksum }
    }),
  )
  const twice = migrations.find(({ number }, i) => number === migrations[i - 1]?.number)
  if (twice) throw new Error(`two migrations have the number of ${twice.name}`)
  return migrations
}

function pendingMigrations(migrations: Migration[], applied: Applied[]): Migration[] {
  for (const { number, checksum } of applied) {
    const known = migrations.find((one) => one.number === number)
    if (!known) {
      throw new StartRefused(
        `Migration ${number} of the database is not known to this version of Bulkhead, whose last one is ${newestOf(migrations)}. Start the newer version, or restore a backup from before the upgrade.`,
      )
    }
    if (known.checksum !== checksum) {
      throw new StartRefused(
        `Migration ${known.name} was changed after it had been applied. Restore the file as it was released.`,
      )
    }
  }
  return migrations.filter(({ number }) => applied.every((one) => one.number !== number))
}

function newestOf(migrations: readonly { number: number }[]): number {
  return migrations.at(-1)?.number ?? 0
}

async function apply(owner: ClientBase, { number, name, sql, checksum }: Migration): Promise<void> {
  try {
    await owner.query(sql)
  } catch (error) {
    throw new Error(`Migration ${name} failed and was rolled back`, { cause: error })
  }
  const row = [number, name, checksum]
  await owner.query('insert into schema_migrations (number, name, checksum) values ($1, $2, $3)', row)
}

function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
