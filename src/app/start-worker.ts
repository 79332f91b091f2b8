import type { Blobs } from '#adapters/blobs/port.ts'
import type { Embedders } from '#adapters/embedder/port.ts'
import type { Extractor } from '#adapters/extract/port.ts'
import type { Outside } from '#adapters/outside/port.ts'
import { fileJobs, fileQueues } from '#features/files/index.ts'
import { ingestionJobs, ingestionQueues, queueIngestion } from '#features/ingestion/index.ts'
import { type EraseDeps, lifecycleJobs, lifecycleQueues } from '#features/lifecycle/index.ts'
import { rotationJobs, rotationQueues } from '#features/rotation/index.ts'
import { searchJobs, searchQueues, type WarmUp, withdrawFiles } from '#features/search/index.ts'
import { webhookJobs, webhookQueues } from '#features/webhooks/index.ts'
import { type Jobs, startJobs } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { Vault } from '#platform/vault/index.ts'
import type { Config } from '../config.ts'
import type { Started } from './started.ts'

/** Of the jobs below; the owner of the database makes them. */
export const queues = [
  ...fileQueues,
  ...ingestionQueues,
  ...searchQueues,
  ...webhookQueues,
  ...rotationQueues,
  ...lifecycleQueues,
]

type WorkerDeps = EraseDeps & {
  blobs: Blobs
  vault: Vault
  extractor: Extractor
  embedders: Embedders
  clock: Clock
  ids: Ids
  log: Log
  warmUp: WarmUp
  trashDays: number
  outside: Outside
  retryDelays: readonly number[]
}

/** Every kind of job that there is, ready to be worked on. */
export async function startWorker(
  config: Config,
  deps: WorkerDeps,
  kind: Database['kind'],
  started: Started,
): Promise<Jobs> {
  const jobs = await startJobs({
    db: deps.db,
    jobs: [
      ...fileJobs({
        ...deps,
        index: { withdraw: withdrawFiles },
        maxUploadBytes: config.maxUploadBytes,
        queueIngestion,
      }),
      ...ingestionJobs(deps),
      ...searchJobs(deps),
      ...webhookJobs(deps),
      ...rotationJobs({ ...deps, readersGraceMs: 2 * config.keyMemoryMs }),
      ...lifecycleJobs(deps),
    ],
    log: deps.log,
    concurrency: config.extractionProcesses,
    alone: kind === 'embedded',
  })
  started.push(() => jobs.stop(config.shutdownTimeoutMs))
  return jobs
}
