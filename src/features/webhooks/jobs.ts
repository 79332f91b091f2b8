import { type AnyJob, defineJob } from '#jobs/index.ts'
import { deliver, type DeliverDeps } from './deliver.ts'
import { deleteDeliveriesBefore } from './queries.ts'
import { deliveryQueue, keptMs, tidyQueue } from './queue-deliveries.ts'

export function webhookJobs(deps: DeliverDeps): AnyJob[] {
  return [
    defineJob<{ delivery: string; attempt: string }>({
      queue: deliveryQueue,
      tenantStatus: 'active',
      run: (scope, input, run) => deliver(scope, input, run, deps),
    }),
    defineJob<{ endpoint: string }>({
      queue: tidyQueue,
      tenantStatus: 'active',
      run: (scope, { endpoint }) =>
        deps.db.tenant(scope, (tx) => {
          tx.unrecorded('tidying')
          return deleteDeliveriesBefore(tx, endpoint, new Date(deps.clock.now().getTime() - keptMs))
        }),
    }),
  ]
}
