import type { Db } from '#platform/db/index.ts'
import type { AnyJob } from './define.ts'
import { queueSchema } from './queue.ts'
import type { Due } from './waking.ts'

/** More jobs of a kind need not be counted: no kind has so many workers. */
const mostCounted = 50

/** Jobs that could be taken now. The states are those of the index that serves it. */
export async function findDue(db: Db, jobs: AnyJob[]): Promise<Due[]> {
  const { rows } = await asJobsRole(
    db,
    `select queue, jobs from unnest($1::text[]) as queue, lateral (
      select count(*)::int as jobs from (
        select from ${queueSchema}.job where name = queue
          and state in ('created', 'retry') and not blocked and start_after <= ${queueSchema}.job_now()
        limit ${mostCounted}) as due) as counted
    where jobs > 0`,
    [jobs.map(({ queue }) => queue.name)],
  )
  return rows.map((row) => ({ queue: String(row['queue']), jobs: Number(row['jobs']) }))
}

export function takeUpPutOff(db: Db, tenantId: string) {
  return asJobsRole(
    db,
    `update ${queueSchema}.job set start_after = now()
    where state < 'active' and start_after > now() and data ->> 'tenant_id' = $1
      and data ? 'put_off'`,
    [tenantId],
  )
}

export function takeUpOrphans(db: Db) {
  return asJobsRole(
    db,
    `update ${queueSchema}.job set state = 'retry', start_after = now() where state = 'active'`,
  )
}

export function asJobsRole(db: Db, text: string, values?: unknown[]) {
  return db.system('run-jobs', async (tx) => {
    if (countsWhatRuns(text)) await tx.execute(`select pg_advisory_xact_lock(hashtext('${queueSchema}'))`)
    return tx.execute(withoutTransaction(text), values)
  })
}

/** Taking a job where a tenant may have so many at a time: two at once would not see what the other takes. */
function countsWhatRuns(text: string): boolean {
  return text.includes('active_group_count_map')
}

/** Some statements of pg-boss bring a transaction along. It would end ours, and its role with it. */
function withoutTransaction(text: string): string {
  return text.replace(/^\s*BEGIN;/, '').replace(/;\s*COMMIT;\s*$/, '')
}
