import type { UploadDeps } from '#features/files/index.ts'
import { type AnyJob, defineJob, type Enqueue, type Queue } from '#jobs/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { type IngestDeps, ingestVersion } from './ingest.ts'
import { switchIntelligence } from './switch-intelligence.ts'

/** The time is for one document with waiting for a process, reading and writing; the extractor's own limit is shorter. */
export const ingestQueue: Queue = { name: 'ingest', timeoutSeconds: 1800 }

/** After a space's switch was turned; the files are many, each takes a moment. */
const switchQueue: Queue = { name: 'switch-intelligence', timeoutSeconds: 3600, isOneAtATime: true }

export const ingestionQueues = [ingestQueue, switchQueue]

export function ingestionJobs(deps: IngestDeps): AnyJob[] {
  return [
    defineJob<{ version: string }>({
      queue: ingestQueue,
      tenantStatus: 'active',
      run: (scope, { version }, run) => ingestVersion(scope, version, run, deps),
    }),
    defineJob<{ space: string }>({
      queue: switchQueue,
      tenantStatus: 'active',
      run: (scope, { space }, run) =>
        switchIntelligence(scope, space, run, { ...deps, queueIngestion: queueIngestion(run.enqueue) }),
    }),
  ]
}

/** Queues the reading of a version in the transaction that stored it. */
export function queueIngestion(enqueue: Enqueue): UploadDeps['queueIngestion'] {
  return (tx, { id, spaceId }, priority) => enqueue(tx, ingestQueue, [{ version: id }], { spaceId, priority })
}

/** Has the files of a space read, or taken out of the index, in the background. */
export function queueSwitch(enqueue: Enqueue): (tx: TenantTx, spaceId: string) => Promise<void> {
  return (tx, spaceId) => enqueue(tx, switchQueue, [{ space: spaceId }], { spaceId, key: spaceId })
}
