import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { installJobs } from '#jobs/index.ts'
import {
  type Database,
  executeOn,
  migrate,
  type MigrationOutcome,
  openDatabase,
  type OwnerConnection,
  readMigrations,
  withOwner,
} from '#platform/db/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Ids } from '#platform/ids.ts'
import { lockDirectory } from '#platform/lock.ts'
import type { Log } from '#platform/log.ts'
import type { Vault } from '#platform/vault/index.ts'
import type { Config } from '../config.ts'
import { StartRefused } from '#platform/errors.ts'
import { queues } from './start-worker.ts'
import type { Started } from './started.ts'
import { examineDatabase } from './examine-database.ts'

const migrationFolder = fileURLToPath(new URL('../../migrations', import.meta.url))
/** The embedded database never syncs by itself: at most this much is lost when the power fails. */
const maintainEveryMs = 30_000

/** Opens the database at the schema this program was written for; migrates it where it may. */
export async function startDatabase(
  config: Config,
  { vault, log, clock, ids }: { vault: Vault; log: Log; clock: Clock; ids: Ids },
  started: Started,
): Promise<Database> {
  if (config.databaseUrl === undefined) {
    const lock = lockDirectory(config.dataDir)
    started.push(() => lock.release())
  } else if (config.migrationDatabaseUrl !== undefined) {
    await migrateDatabase(config)
  }
  const database = await openDatabase(
    {
      url: config.databaseUrl,
      embeddedDir: config.dataDir,
      poolSize: config.databasePoolSize,
      preparedStatements: config.preparedStatements,
      statementTimeoutMs: config.statementTimeoutMs,
      idleInTransactionTimeoutMs: config.idleInTransactionTimeoutMs,
      vault,
      log,
      clock,
      ids,
      onDeath: (error) => endProcess(error, log),
    },
    async (owner) => void (await prepare(owner, undefined)),
  )
  const stopMaintaining = maintainRegularly(database, log)
  started.push(async () => {
    await stopMaintaining()
    await database.close()
  })
  await examineDatabase(database, await readMigrations(migrationFolder), log)
  return database
}

/** A pause after each round, however long it takes. Returns what ends it, once the round under way is done. */
function maintainRegularly(database: Database, log: Log): () => Promise<void> {
  const stopping = new AbortController()
  const rounds = (async () => {
    while (!stopping.signal.aborted) {
      await setTimeout(maintainEveryMs, undefined, { signal: stopping.signal, ref: false })
      await database.maintain().catch((error: unknown) => {
        log.error({ err: error }, 'could not maintain the embedded database')
      })
    }
  })().catch(() => {}) // the pause that was cut short
  return () => {
    stopping.abort()
    return rounds
  }
}

/** Brings a server PostgreSQL to the newest schema, as its owner. */
export async function migrateDatabase(config: Config): Promise<MigrationOutcome> {
  const { migrationDatabaseUrl, databaseUrl } = config
  if (migrationDatabaseUrl === undefined) {
    throw new StartRefused(
      databaseUrl === undefined
        ? 'The embedded database migrates itself at each start. For a server, set BULKHEAD_MIGRATION_DATABASE_URL.'
        : 'Set BULKHEAD_MIGRATION_DATABASE_URL to the same database as the role that owns the tables.',
    )
  }
  const login = databaseUrl && decodeURIComponent(new URL(databaseUrl).username)
  return withOwner(migrationDatabaseUrl, (owner) => prepare(owner, login))
}

async function prepare(owner: OwnerConnection, login: string | undefined): Promise<MigrationOutcome> {
  const outcome = await migrate(owner, await readMigrations(migrationFolder), login)
  await installJobs(executeOn(owner), queues)
  return outcome
}

/** Nothing can be served without a database; whoever supervises the process starts it again. */
function endProcess(error: Error, log: Log) {
  log.fatal({ err: error }, 'the embedded database ended')
  process.exitCode = 1
  process.kill(process.pid, 'SIGTERM')
}
