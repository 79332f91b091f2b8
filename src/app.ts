import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openFileSystemBlobs } from '#adapters/blobs/file-system.ts'
import { sealBlobs } from '#adapters/blobs/sealed.ts'
import { openOutside } from '#adapters/outside/open-outside.ts'
import { authenticate, type FirstKeys, rememberAnswers } from '#features/access/index.ts'
import {
  createDispatcher,
  createFeed,
  createLaterRecorder,
  createSequencer,
  type LaterRecorder,
  recordReads,
  recordRefusals,
  startPruning,
} from '#features/events/index.ts'
import { alertConsumer } from '#features/alerts/index.ts'
import { retryDelays, webhookConsumer } from '#features/webhooks/index.ts'
import {
  type CatalogueReport,
  checkIntegrity,
  checkSeals,
  examineIsolation,
  type IntegrityReport,
  type SealReport,
} from '#features/lifecycle/index.ts'
import { createRecorder, createSearchIndexes, createWarmUp, type WarmUp } from '#features/search/index.ts'
import { createMetrics, createServer, type Metrics, type Route } from '#http/index.ts'
import { type Clock, systemClock } from '#platform/clock.ts'
import type { Db } from '#platform/db/index.ts'
import { type Ids, randomIds } from '#platform/ids.ts'
import { createLog, type Log } from '#platform/log.ts'
import { assembleRoutes } from './app/assemble-routes.ts'
import { keepFirstKeys } from './app/keep-first-keys.ts'
import { openEmbedders } from './app/open-embedders.ts'
import { openModels } from './app/open-models.ts'
import { openRerankers } from './app/open-rerankers.ts'
import { openVault } from './app/open-vault.ts'
import { startDatabase } from './app/start-database.ts'
import { type Guard, readingGuards, startReading } from './app/start-reading.ts'
import { startWorker } from './app/start-worker.ts'
import type { Started } from './app/started.ts'
import { sweepBlobs } from './app/sweep-blobs.ts'
import type { Config } from './config.ts'

export { migrateDatabase } from './app/start-database.ts'

export type AppOptions = {
  log?: Log
  clock?: Clock
  ids?: Ids
  /** Answer requests (default true). */
  http?: boolean
  /** Run jobs (default true). */
  worker?: boolean
  /** Milliseconds that each attempt to deliver a webhook waits; tests do not wait for days. */
  webhookDelays?: readonly number[]
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
  /** What keeps documents in their processes on this machine; see `bulkhead doctor`. */
  readingGuards: () => Guard[]
  /** Opens everything that is sealed; see `bulkhead doctor`. */
  checkSeals: (onProgress?: (tenant: string, pieces: number) => void) => Promise<SealReport>
  /** Holds the database's catalogue against what keeps tenants apart. */
  examineIsolation: () => Promise<CatalogueReport>
  close: () => Promise<void>
}

/** Puts the parts together and starts them. What was started is stopped again when a later part fails. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const log = options.log ?? createLog(config.logLevel)
  const started: Started = []
  const close = async () => {
    for (const stop of started.splice(0).reverse()) await stop()
  }
  try {
    const chosen = {
      clock: systemClock,
      ids: randomIds,
      http: true,
      worker: true,
      webhookDelays: retryDelays,
      ...options,
      log,
    }
    return { ...(await startParts(config, chosen, started)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startParts(
  config: Config,
  options: Required<AppOptions>,
  started: Started,
): Promise<Omit<App, 'close'>> {
  const { log, clock, ids } = options
  const startedAt = new Date()
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const { vault, masterRotation, check, close: closeKeyring } = await openVault(config, { clock, log })
  started.push(closeKeyring)
  const { db, kind } = await startDatabase(config, { vault, log, clock, ids }, started)
  const sequencer = createSequencer({ db, log })
  started.push(() => sequencer.close())
  const later = createLaterRecorder({ db, clock, log })
  started.push(() => later.close())
  await check(db)
  const blobs = sealBlobs(await openFileSystemBlobs(join(config.dataDir, 'blobs')), vault)
  const embedders = await openEmbedders(config, log, started)
  const rerankers = await openRerankers(config, embedders, log)
  const models = await openModels(config, log)
  const metrics = createMetrics()
  const kindOf = (id: string | null) => (id === null ? undefined : embedders.withId(id))
  const indexes = createSearchIndexes({ maxBytes: config.indexMemoryBytes, kindOf, metrics, clock })
  const recorder = createRecorder({ db, ids, clock, log })
  started.push(() => recorder.close())
  const forgetTenant = (tenantId: string) => {
    vault.forget(tenantId)
    indexes.forget(tenantId)
  }
  const { destroyKeys } = vault
  const warmUp = createWarmUp({ db, indexes, metrics, log })
  started.push(() => warmUp.close())
  const extractor = startReading(config, started)
  const { trashDays } = config
  const outside = openOutside({ allow: config.outsideAllow })
  const forJobs = {
    db,
    blobs,
    vault,
    extractor,
    embedders,
    clock,
    ids,
    log,
    trashDays,
    destroyKeys,
    forgetTenant,
    warmUp,
    outside,
    retryDelays: options.webhookDelays,
  }
  const jobs = await startWorker(config, forJobs, kind, started)
  if (options.http || options.worker) {
    const consumers = [alertConsumer({ db }), webhookConsumer({ db, clock, ids, enqueue: jobs.enqueue })]
    const dispatcher = createDispatcher({ db, log, sequencer, consumers })
    started.push(() => dispatcher.close())
  }
  const feed = createFeed({ db, sequencer })
  const routes = assembleRoutes(config, {
    db,
    kind,
    blobs,
    embedders,
    extractor,
    rerankers,
    models,
    recorder,
    vault,
    masterRotation,
    clock,
    ids,
    log,
    jobs,
    indexes,
    metrics,
    forgetTenant,
    sequencer,
    later,
    feed,
    outside,
    recordRead: recordReads(later),
  })
  const firstKeys = await keepFirstKeys(config, { db, vault, clock, ids })
  const url = options.http
    ? await listen(config, { routes, db, clock, ids, log, metrics, warmUp, later }, started)
    : ''
  // Before the server: it waits for answers that are under way, and these go on for as long as they are let.
  started.push(() => feed.close())
  if (options.worker) {
    extractor.warmUp?.()
    await jobs.work()
    await masterRotation.resume()
    started.push(startPruning({ db, clock, vault, log, adminDays: config.auditDays }))
    const stopSweep = new AbortController()
    const sweeping = sweepBlobs({ db, blobs, vault, log }, kind, startedAt, stopSweep.signal)
    started.push(() => {
      stopSweep.abort()
      return sweeping
    })
  }
  return {
    url,
    routes,
    kind,
    db,
    firstKeys,
    checkIntegrity: () => checkIntegrity({ db, blobs }),
    checkSeals: (onProgress) => checkSeals({ db, blobs }, onProgress),
    readingGuards: () => readingGuards(config),
    examineIsolation: () => examineIsolation({ db, kind }),
  }
}

type ListenDeps = {
  routes: Route[]
  db: Db
  clock: Clock
  ids: Ids
  log: Log
  metrics: Metrics
  warmUp: WarmUp
  later: LaterRecorder
}

async function listen(config: Config, deps: ListenDeps, started: Started): Promise<string> {
  const server = await createServer({
    ...deps,
    authenticate: async (credential) => {
      const scope = await authenticate(credential, deps)
      deps.warmUp.caller(scope)
      return scope
    },
    trustedProxies: config.trustedProxies,
    once: rememberAnswers(deps),
    refused: recordRefusals(deps.later),
  })
  started.push(async () => {
    const cutOff = setTimeout(() => server.server.closeAllConnections(), config.shutdownTimeoutMs)
    await server.close()
    clearTimeout(cutOff)
  })
  return server.listen({ host: config.host, port: config.port })
}
