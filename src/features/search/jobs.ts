import type { Embedders } from '#adapters/embedder/port.ts'
import { readableSpaces } from '#features/tenancy/index.ts'
import { type AnyJob, defineJob, type Enqueue, type Queue } from '#jobs/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import { embedSpace, type EmbedDeps } from './embedding/embed-space.ts'
import { readChoice } from './embedding/read-choice.ts'

/** A run that takes longer is begun again, and goes on where it was. Two of one space would do everything twice. */
const embedQueue: Queue = { name: 'embed', timeoutSeconds: 6 * 3600, isOneAtATime: true }

/** Queues the spaces of a tenant whose choice was changed. */
const embedTenantQueue: Queue = { name: 'embed-tenant', timeoutSeconds: 600, isForWholeTenant: true }

export const searchQueues = [embedQueue, embedTenantQueue]

/** A space whose files lack vectors is asked for again at each search: once in so many seconds is enough. */
const onceInSeconds = 60

export function searchJobs(deps: EmbedDeps): AnyJob[] {
  return [
    defineJob<{ space: string }>({
      queue: embedQueue,
      tenantStatus: 'active',
      run: (scope, { space }, run) => embedSpace(scope, space, run.signal, deps),
    }),
    defineJob<Record<string, never>>({
      queue: embedTenantQueue,
      tenantStatus: 'active',
      run: async (scope, _, { enqueue }) => {
        const spaces = await deps.db.tenant(scope, readableSpaces)
        for (const { id } of spaces)
          await deps.db.tenant(scope, (tx) => {
            tx.unrecorded('progress')
            return queueSpace(enqueue)(tx, id)
          })
      },
    }),
  ]
}

/** Has a space embedded in the background, after a change of what it has or should have. */
export type QueueSpace = (tx: TenantTx, spaceId: string) => Promise<void>

export function queueSpace(enqueue: Enqueue): QueueSpace {
  return (tx, spaceId) => enqueue(tx, embedQueue, [{ space: spaceId }], { spaceId, key: spaceId })
}

/** The same for every space of a tenant. */
export function queueTenant(enqueue: Enqueue): (tx: TenantTx) => Promise<void> {
  return (tx) => enqueue(tx, embedTenantQueue, [{}], { spaceId: null })
}

/** For searches, which meet the same space over and over. */
export type QueueEmbedding = {
  /** Has what a search found lacking embedded, once a minute at most. */
  lacking: QueueSpace
  /** Has a space embedded whose vectors are of another embedder than it should have; looked up once in a process's life. */
  check: QueueSpace
}

export function queueEmbedding(enqueue: Enqueue, embedders: Embedders): QueueEmbedding {
  const checked = new Set<string>()
  const lacking: QueueSpace = (tx, spaceId) => {
    tx.unrecorded('progress')
    return enqueue(tx, embedQueue, [{ space: spaceId }], { spaceId, key: spaceId, onceInSeconds })
  }
  return {
    lacking,
    async check(tx, spaceId) {
      if (checked.has(spaceId)) return
      tx.afterCommit(() => checked.add(spaceId))
      const choice = await readChoice(tx, spaceId, embedders)
      // Not held back by a search of a minute ago, which asked for something else.
      if (choice?.target && choice.servingId !== null && choice.servingId !== choice.target.id) {
        tx.unrecorded('progress')
        await queueSpace(enqueue)(tx, spaceId)
      }
    },
  }
}
