import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFileSystemBlobs } from '#adapters/blobs/file-system.ts'
import type { Blobs } from '#adapters/blobs/port.ts'
import type { Extractor } from '#adapters/extract/port.ts'
import { startExtractor } from '#adapters/extract/pool/start-extractor.ts'
import {
  accessRoutes,
  authenticate,
  createFirstRecords,
  type FirstKeys,
  scopeOfNewTenant,
} from '#features/access/index.ts'
import { answerRoutes } from '#features/answers/index.ts'
import { fileJobs, fileRoutes, removeBlobQueue } from '#features/files/index.ts'
import { ingestionJobs, ingestQueue, queueIngestion } from '#features/ingestion/index.ts'
import { checkIntegrity, type IntegrityReport } from '#features/lifecycle/index.ts'
import { createSearchIndexes, searchRoutes, withdrawFile } from '#features/search/index.ts'
import { tenancyRoutes } from '#features/tenancy/index.ts'
import { createMetrics, createServer, type Metrics, type Route, serviceRoutes } from '#http/index.ts'
import { installJobs, type Jobs, startJobs } from '#jobs/index.ts'
import { type Clock, systemClock } from '#platform/clock.ts'
import {
  assertCurrent,
  executeOn,
  type Database,
  type Db,
  migrate,
  type MigrationOutcome,
  openDatabase,
  type OwnerConnection,
  readMigrations,
  withOwner,
} from '#platform/db/index.ts'
import { type Ids, randomIds } from '#platform/ids.ts'
import { lockDirectory, lockFirstFree } from '#platform/lock.ts'
import { createLog, type Log } from '#platform/log.ts'
import type { Config } from './config.ts'

export type AppOptions = {
  log?: Log
  clock?: Clock
  ids?: Ids
  /** Answer requests (default true). */
  http?: boolean
  /** Run jobs (default true). */
  worker?: boolean
}

export type App = {
  url: string
  routes: Route[]
  kind: 'embedded' | 'server'
  db: Db
  /** The secrets made on the very first start, and the folder they were written to. */
  firstKeys: (FirstKeys & { file: string }) | undefined
  /** Holds what is stored against itself; see `bulkhead doctor`. */
  checkIntegrity: () => Promise<IntegrityReport>
  close: () => Promise<void>
}

const migrationFolder = fileURLToPath(new URL('../migrations', import.meta.url))
const queues = [removeBlobQueue, ingestQueue]
/** The embedded database never syncs by itself: at most this much is lost when the power fails. */
const syncEveryMs = 30_000

/** Puts the parts together and starts them. What was started is stopped again when a later part fails. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const log = options.log ?? createLog(config.logLevel)
  const started: (() => Promise<unknown> | void)[] = []
  const stopAll = async () => {
    for (const stop of started.splice(0).reverse()) await stop()
  }
  try {
    return await startParts(
      config,
      { clock: systemClock, ids: randomIds, http: true, worker: true, ...options, log },
      started,
      stopAll,
    )
  } catch (error) {
    await stopAll()
    throw error
  }
}

/** Brings a server PostgreSQL to the newest schema, as its owner. */
export async function migrateDatabase(config: Config): Promise<MigrationOutcome> {
  const { migrationDatabaseUrl, databaseUrl } = config
  if (migrationDatabaseUrl === undefined) {
    throw new Error(
      databaseUrl === undefined
        ? 'The embedded database migrates itself at each start. For a server, set BULKHEAD_MIGRATION_DATABASE_URL.'
        : 'Set BULKHEAD_MIGRATION_DATABASE_URL to the same database as the role that owns the tables.',
    )
  }
  const login = databaseUrl && decodeURIComponent(new URL(databaseUrl).username)
  return withOwner(migrationDatabaseUrl, (owner) => prepare(owner, login))
}

type Started = (() => Promise<unknown> | void)[]

async function startParts(
  config: Config,
  options: Required<AppOptions>,
  started: Started,
  close: () => Promise<void>,
): Promise<App> {
  const { log, clock, ids } = options
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const database = await startDatabase(config, log, started)
  const { db } = database
  const blobs = await openFileSystemBlobs(join(config.dataDir, 'blobs'))
  const metrics = createMetrics()
  const scratch = lockFirstFree(join(config.dataDir, 'scratch'))
  started.push(() => scratch.release())
  const extractor = startExtractor({
    processes: config.extractionProcesses,
    timeoutMs: config.extractionTimeoutMs,
    maxMemoryMb: config.extractionMaxMemoryMb,
    maxTextChars: config.extractionMaxChars,
    scratchDir: scratch.directory,
  })
  started.push(() => extractor.close())
  const jobs = await startWorker(config, { db, blobs, extractor, clock, ids, log }, database.kind, started)
  const routes = assembleRoutes(config, { db, blobs, clock, ids, jobs, metrics })
  const firstKeys = await keepFirstKeys(config, { db, clock, ids })
  const url = options.http ? await listen(config, { routes, db, clock, ids, log, metrics }, started) : ''
  if (options.worker) {
    extractor.warmUp?.()
    await jobs.work()
  }
  return {
    url,
    routes,
    kind: database.kind,
    firstKeys,
    checkIntegrity: () => checkIntegrity({ db, blobs }),
    close,
    db,
  }
}

async function startDatabase(config: Config, log: Log, started: Started): Promise<Database> {
  const isEmbedded = config.databaseUrl === undefined
  if (isEmbedded) {
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
      statementTimeoutMs: config.statementTimeoutMs,
      idleInTransactionTimeoutMs: config.idleInTransactionTimeoutMs,
      log,
      onDeath: (error) => {
        log.fatal({ err: error }, 'the embedded database ended')
        process.exitCode = 1
        process.kill(process.pid, 'SIGTERM')
      },
    },
    async (owner) => void (await prepare(owner, undefined)),
  )
  const syncing = setInterval(() => void database.sync(), syncEveryMs).unref()
  started.push(() => {
    clearInterval(syncing)
    return database.close()
  })
  const migrations = await readMigrations(migrationFolder)
  await database.db.system('check-health', ({ execute }) => assertCurrent(execute, migrations))
  return database
}

async function prepare(owner: OwnerConnection, login: string | undefined): Promise<MigrationOutcome> {
  const outcome = await migrate(owner, await readMigrations(migrationFolder), login)
  await installJobs(executeOn(owner), queues)
  return outcome
}

type WorkerDeps = { db: Db; blobs: Blobs; extractor: Extractor; clock: Clock; ids: Ids; log: Log }

async function startWorker(
  config: Config,
  deps: WorkerDeps,
  kind: Database['kind'],
  started: Started,
): Promise<Jobs> {
  const jobs = await startJobs({
    db: deps.db,
    jobs: [...fileJobs(deps), ...ingestionJobs(deps)],
    log: deps.log,
    concurrency: config.extractionProcesses,
    alone: kind === 'embedded',
  })
  started.push(() => jobs.stop(config.shutdownTimeoutMs))
  return jobs
}

type RouteDeps = { db: Db; blobs: Blobs; clock: Clock; ids: Ids; jobs: Jobs; metrics: Metrics }

function assembleRoutes(config: Config, deps: RouteDeps): Route[] {
  const { db, jobs, metrics } = deps
  const indexes = createSearchIndexes({ maxBytes: config.indexMemoryBytes, metrics, clock: deps.clock })
  const checkDatabase = () => db.system('check-health', async (tx) => void (await tx.execute('select 1')))
  return [
    ...serviceRoutes({ metrics, checkDatabase }),
    ...tenancyRoutes({ ...deps, scopeOfNewTenant }),
    ...accessRoutes(deps),
    ...fileRoutes({
      ...deps,
      maxUploadBytes: config.maxUploadBytes,
      enqueue: jobs.enqueue,
      queueIngestion: queueIngestion(jobs.enqueue),
      withdrawFromIndex: withdrawFile,
    }),
    ...searchRoutes({ ...deps, indexes }),
    ...answerRoutes({ ...deps, indexes }),
  ]
}

/** The secrets are on disk before the records are committed: a crash in between leaves a file without use, never a lost key. */
async function keepFirstKeys(
  config: Config,
  deps: { db: Db; clock: Clock; ids: Ids },
): Promise<App['firstKeys']> {
  const keys = await createFirstRecords(deps, async ({ platform, tenant }) => {
    await writeFile(join(config.dataDir, 'platform.key'), `${platform}\n`, { mode: 0o600 })
    await writeFile(join(config.dataDir, 'tenant.key'), `${tenant}\n`, { mode: 0o600 })
  })
  return keys && { ...keys, file: config.dataDir }
}

type ListenDeps = { routes: Route[]; db: Db; clock: Clock; ids: Ids; log: Log; metrics: Metrics }

async function listen(config: Config, deps: ListenDeps, started: Started): Promise<string> {
  const server = await createServer({
    ...deps,
    authenticate: (credential) => authenticate(credential, deps),
    maxUploadBytes: config.maxUploadBytes,
  })
  started.push(async () => {
    const cutOff = setTimeout(() => server.server.closeAllConnections(), config.shutdownTimeoutMs)
    await server.close()
    clearTimeout(cutOff)
  })
  return server.listen({ host: config.host, port: config.port })
}
