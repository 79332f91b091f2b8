import { type AnyJob, defineJob, type Queue } from '#jobs/index.ts'
import { oldestKey } from './queries.ts'
import { type ResealDeps, resealTenant, retireKeysQueue } from './reseal.ts'

/** A run that takes longer is begun again, and goes on where it was. */
export const resealQueue: Queue = { name: 'reseal', timeoutSeconds: 6 * 3600, isForWholeTenant: true }

export const rotationQueues = [resealQueue, retireKeysQueue]

export function rotationJobs(deps: ResealDeps): AnyJob[] {
  const { db, vault } = deps
  return [
    defineJob<{ key: string }>({
      queue: resealQueue,
      tenantStatus: 'living',
      run: (scope, { key }, run) => resealTenant(scope, Number(key), run, deps),
    }),
    defineJob<Record<string, never>>({
      queue: retireKeysQueue,
      tenantStatus: 'living',
      run: async (scope) => vault.retireBelow(scope.tenantId, await db.tenant(scope, oldestKey)),
    }),
  ]
}
