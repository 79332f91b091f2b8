import type { JobWithMetadata, PgBoss } from 'pg-boss'
import type { Db } from '#platform/db/index.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import type { AnyJob, Enqueue } from './define.ts'
import { createBoss, queueSchema } from './queue.ts'

export type JobsOptions = {
  db: Db
  jobs: AnyJob[]
  log: Log
  /** Jobs of one kind that run at the same time in this process. */
  concurrency: number
  /** No other process can be working: whatever is marked as running was cut off, and is taken up at once. */
  alone: boolean
}

export type Jobs = {
  enqueue: Enqueue
  /** Starts to run jobs in this process. */
  work: () => Promise<void>
  /** Waits for running jobs up to the time limit; what is cut off runs again later. */
  stop: (timeoutMs: number) => Promise<void>
}

/** What a job row carries. Whose work it is stands in the row; a row without it never runs. */
type JobRow = {
  partner_id: string
  tenant_id: string
  space_id: string | null
  input: Record<string, string>
}

export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { db, jobs, log } = options
  const boss = createBoss({ executeSql: (text, values) => asJobsRole(db, text, values) }, {})
  boss.on('error', (error) => log.error({ err: error }, 'job queue'))
  await boss.start()
  const workers: string[] = []
  const stopping = new AbortController()

  return {
    enqueue: async (tx, queue, inputs, { spaceId, priority = 0 }) => {
      const { partnerId, tenantId } = tx.scope
      const rowOf = (input: JobRow['input']): JobRow => ({
        partner_id: partnerId,
        tenant_id: tenantId,
        space_id: spaceId,
        input,
      })
      const rows = inputs.map((input) => ({ data: rowOf(input), priority }))
      await tx.withJobsRole((executeSql) => boss.insert(queue.name, rows, { db: { executeSql } }))
      tx.afterCommit(() => workers.forEach((id) => boss.notifyWorker(id)))
    },
    work: async () => {
      if (options.alone) await takeUpOrphans(db)
      for (const job of jobs) workers.push(...(await workOn(boss, job, options, stopping.signal)))
    },
    stop: async (timeoutMs) => {
      stopping.abort(new Error('the server is stopping'))
      await boss.stop({ graceful: timeoutMs > 0, timeout: Math.max(timeoutMs, 1000) })
    },
  }
}

async function workOn(
  boss: PgBoss,
  job: AnyJob,
  options: JobsOptions,
  stopping: AbortSignal,
): Promise<string[]> {
  const settings = { batchSize: 1, pollingIntervalSeconds: 1, includeMetadata: true } as const
  const ids: string[] = []
  for (let i = 0; i < options.concurrency; i++) {
    ids.push(
      await boss.work(job.queue.name, settings, async ([row]: JobWithMetadata<JobRow>[]) => {
        if (!row) return
        // Without this a worker rests for the polling interval after each job: 100 small files took 50 seconds.
        await runJob(boss, job, row, options, stopping).finally(() =>
          ids.forEach((id) => boss.notifyWorker(id)),
        )
      }),
    )
  }
  return ids
}

async function runJob(
  boss: PgBoss,
  job: AnyJob,
  row: JobWithMetadata<JobRow>,
  { db, log }: JobsOptions,
  stopping: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([row.signal, stopping])
  const scope = scopeOfJob(job, row, signal)
  const status = await statusOf(db, scope)
  if (status !== job.tenantStatus) {
    await setAside(boss, job, row, status)
    return
  }
  const started = performance.now()
  const about = {
    job: job.queue.name,
    job_id: row.id,
    tenant_id: scope.tenantId,
    attempt: row.retryCount + 1,
  }
  try {
    await job.run(scope, row.data.input, { id: row.id, attempt: row.retryCount + 1, signal })
    log.debug({ ...about, ms: Math.round(performance.now() - started) }, 'job done')
  } catch (error) {
    if (!signal.aborted) log.error({ ...about, err: error }, 'job failed, it will be tried again')
    throw error
  }
}

function scopeOfJob(job: AnyJob, row: JobWithMetadata<JobRow>, signal: AbortSignal): TenantScope {
  const { partner_id, tenant_id, space_id } = row.data
  if (!partner_id || !tenant_id || space_id === undefined) throw new TypeError(`job ${row.id} has no tenant`)
  return mintScope<TenantScope>({
    level: 'tenant',
    partnerId: partner_id,
    tenantId: tenant_id,
    spaces: space_id === null ? [] : [space_id],
    subject: { type: 'job', id: row.id, name: job.queue.name },
    permissions: new Set(),
    requestId: `job_${row.id.replaceAll('-', '')}`,
    signal,
  })
}

function statusOf(db: Db, scope: TenantScope): Promise<string | undefined> {
  return db.tenant(scope, async (tx) => {
    const tenant = await tx.kysely.selectFrom('tenants').select('status').executeTakeFirst()
    return tenant?.status
  })
}

/** A suspended tenant's jobs wait; those of a tenant that is going or gone leave nothing behind. */
async function setAside(boss: PgBoss, job: AnyJob, row: JobWithMetadata<JobRow>, status: string | undefined) {
  if (status === undefined || status === 'erasing') await boss.deleteJob(job.queue.name, row.id)
  else await boss.send(job.queue.name, row.data, { startAfter: 60, priority: row.priority })
}

function takeUpOrphans(db: Db) {
  return asJobsRole(
    db,
    `update ${queueSchema}.job set state = 'retry', start_after = now() where state = 'active'`,
  )
}

function asJobsRole(db: Db, text: string, values?: unknown[]) {
  return db.system('run-jobs', (tx) => tx.execute(text, values))
}
