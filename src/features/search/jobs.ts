import { type AnyJob, defineJob, type Enqueue, type Queue } from '#jobs/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { embedOldBlocks, type EmbedDeps } from './embedding/embed-old-blocks.ts'

export const embedQueue: Queue = { name: 'embed', timeoutSeconds: 1800 }

/** A space whose blocks are being embedded is asked for again at each search: once in so many seconds is enough. */
const onceInSeconds = 60

export function searchJobs(deps: EmbedDeps): AnyJob[] {
  return [
    defineJob<{ space: string }>({
      queue: embedQueue,
      tenantStatus: 'active',
      run: (scope, { space }, run) => embedOldBlocks(scope, space, run.signal, deps),
    }),
  ]
}

/** Has what lacks vectors in a space embedded, in the background. */
export type QueueEmbedding = (tx: TenantTx, spaceId: string) => Promise<void>

export function queueEmbedding(enqueue: Enqueue): QueueEmbedding {
  return (tx, spaceId) =>
    enqueue(tx, embedQueue, [{ space: spaceId }], {
      spaceId,
      once: { key: spaceId, inSeconds: onceInSeconds },
    })
}
