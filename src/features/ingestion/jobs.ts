import type { UploadDeps } from '#features/files/index.ts'
import { type AnyJob, defineJob, type Enqueue, type Queue } from '#jobs/index.ts'
import { type IngestDeps, ingestVersion } from './ingest.ts'

/** The time is for one document with waiting for a process, reading and writing; the extractor's own limit is shorter. */
export const ingestQueue: Queue = { name: 'ingest', timeoutSeconds: 1800 }

export function ingestionJobs(deps: IngestDeps): AnyJob[] {
  return [
    defineJob<{ version: string }>({
      queue: ingestQueue,
      tenantStatus: 'active',
      run: (scope, { version }, run) => ingestVersion(scope, version, run, deps),
    }),
  ]
}

/** Queues the reading of a version in the transaction that stored it. */
export function queueIngestion(enqueue: Enqueue): UploadDeps['queueIngestion'] {
  return (tx, { id, spaceId }, priority) => enqueue(tx, ingestQueue, [{ version: id }], { spaceId, priority })
}
