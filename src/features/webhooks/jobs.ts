import { type AnyJob, defineJob } from '#jobs/index.ts'
import { deliver, type DeliverDeps } from './deliver.ts'
import { deleteDeliveriesBefore } from './queries.ts'
import { deliveryQueue, failingQueue, keptMs, tidyQueue } from './queue-deliveries.ts'

export function webhookJobs(deps: DeliverDeps): AnyJob[] {
  const attempts = [deliveryQueue, failingQueue].map((queue) =>
    defineJob<{ delivery: string; attempt: string }>({
      queue,
      tenantStatus: 'active',
      run: (scope, input, run) => deliver(scope, input, { ...run, queue }, deps),
    }),
  )
  return [
    ...attempts,
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
