import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { openFileKeyring } from '#adapters/keyring/file.ts'
import type { Keyring } from '#adapters/keyring/port.ts'
import { openPostgresKeyring } from '#adapters/keyring/postgres.ts'
import type { Db, OwnDatabase } from '#platform/db/index.ts'
import { StartRefused } from '#platform/errors.ts'
import type { Config } from '../config.ts'

export type OpenKeyring = {
  kind: 'directory' | 'database'
  keyring: Keyring
  /** @throws StartRefused when the keyring's database is the server's own */
  assertApart: (db: Db) => Promise<void>
}

export async function openKeyring(config: Config): Promise<OpenKeyring> {
  if (config.keyringDatabaseUrl === undefined) {
    const keyring = await openFileKeyring(config.keyringDir ?? join(config.dataDir, 'keyring'))
    return { kind: 'directory', keyring, assertApart: () => Promise.resolve() }
  }
  const keyring = await openPostgresKeyring(config.keyringDatabaseUrl)
  return { kind: 'database', keyring, assertApart: (db) => assertApart(keyring.database, db) }
}

/**
 * Addresses say nothing: one database has many. An advisory lock is seen within its database alone, so one that is
 * taken there and is not free here says that both are the same.
 */
async function assertApart(keyringDatabase: OwnDatabase, db: Db): Promise<void> {
  const key = randomInt(2 ** 47)
  const isFreeHere = await keyringDatabase.transaction(async (execute) => {
    await execute('select pg_advisory_xact_lock($1)', [key])
    const { rows } = await db.system('check-health', (tx) =>
      tx.execute('select pg_try_advisory_xact_lock($1) as free', [key]),
    )
    return rows[0]?.['free'] === true
  })
  if (isFreeHere) return
  throw new StartRefused(
    'BULKHEAD_KEYRING_DATABASE_URL and BULKHEAD_DATABASE_URL are the same database. Keys beside what they seal protect nothing: give the keyring a database of its own, best on another server.',
  )
}
