import { type AnyJob, defineJob, type Queue } from '#jobs/index.ts'
import { type EraseDeps, eraseTenant } from './erase-tenant.ts'

/** The time is for one run: a tenant that takes longer goes on in the next one. */
export const eraseTenantQueue: Queue = { name: 'erase-tenant', timeoutSeconds: 3600 }

export const lifecycleQueues = [eraseTenantQueue]

export function lifecycleJobs(deps: EraseDeps): AnyJob[] {
  return [
    defineJob({
      queue: eraseTenantQueue,
      tenantStatus: 'erasing',
      run: (scope, _input, run) => eraseTenant(scope, run, deps),
    }),
  ]
}
