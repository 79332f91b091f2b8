import type { JobWithMetadata, PgBoss } from 'pg-boss'
import type { Db } from '#platform/db/index.ts'
import { isUuid } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import type { AnyJob, Enqueue } from './define.ts'
import { createBoss, queueSchema } from './queue.ts'
import { asJobsRole, findDue, takeUpOrphans, takeUpPutOff } from './queue-rows.ts'
import { createWorkers, restSeconds, type Wake } from './waking.ts'

export type JobsOptions = {
  db: Db
  jobs: AnyJob[]
  log: Log
  /** Jobs of one kind that run at the same time in this process, unless the kind says otherwise. */
  concurrency: number
  /** No other process can be working: whatever is marked as running was cut off, and is taken up at once. */
  alone: boolean
  /** What other processes add, and what was to wait, is found after this (default 1); what is added here at once. */
  pollingSeconds?: number
}

export type Jobs = {
  enqueue: Enqueue
  /** Takes up at once what was put off while the tenant was suspended. */
  wake: (tenantId: string) => Promise<void>
  /** Starts to run jobs in this process. */
  work: () => Promise<void>
  /** Waits for running jobs up to the time limit; what is cut off runs again later. */
  stop: (timeoutMs: number) => Promise<void>
}

/** What a job row carries. Whose work it is stands in the row; a row without it is refused. */
type JobRow = {
  partner_id: string
  tenant_id: string
  space_id: string | null
  input: Record<string, string>
  /** It waits for its tenant to be resumed, not for a time. */
  put_off?: true
}

/** Of a worker's failure the queue tells as a plain object, of which a log would say nothing. */
function asError(told: object): Error {
  return told instanceof Error ? told : Object.assign(new Error(), told)
}

export async function startJobs(options: JobsOptions): Promise<Jobs> {
  const { db, jobs, log } = options
  const boss = createBoss({ executeSql: (text, values) => asJobsRole(db, text, values) }, {})
  boss.on('error', (told) => log.error({ err: asError(told) }, 'job queue'))
  await boss.start()
  const installed = new Set((await boss.getQueues()).map(({ name }) => name))
  const missing = jobs.find(({ queue }) => !installed.has(queue.name))
  if (missing) throw new TypeError(`the queue ${missing.queue.name} is not among those that are installed`)
  const stopping = new AbortController()
  const workers = createWorkers({
    employ: (queue) => employ(boss, jobOf(jobs, queue), { ...options, enqueue }, stopping.signal),
    findDue: () => findDue(db, jobs),
    pollingMs: (options.pollingSeconds ?? 1) * 1000,
    onError: (error) => log.error({ err: error }, 'job queue'),
  })

  const enqueue: Enqueue = async (
    tx,
    queue,
    inputs,
    { spaceId, priority = 0, delayMs = 0, key, onceInSeconds },
  ) => {
    const { partnerId, tenantId } = tx.scope
    if (queue.isForWholeTenant === true && spaceId !== null)
      throw new TypeError(`${queue.name} is for no one space`)
    const rowOf = (input: JobRow['input']): JobRow => ({
      partner_id: partnerId,
      tenant_id: tenantId,
      space_id: spaceId,
      input,
    })
    const throttle = onceInSeconds === undefined ? {} : { singletonSeconds: onceInSeconds }
    const alone = key === undefined ? {} : { singletonKey: key, ...throttle }
    const timing = { priority, startAfter: Math.ceil(delayMs / 1000), ...alone }
    const rows = inputs.map((input) => ({ data: rowOf(input), group: { id: tenantId }, ...timing }))
    await tx.withJobsRole((executeSql) => boss.insert(queue.name, rows, { db: { executeSql } }))
    if (delayMs === 0) tx.afterCommit(() => workers.wake([{ queue: queue.name, jobs: rows.length }]))
  }

  return {
    enqueue,
    wake: async (tenantId) => {
      await takeUpPutOff(db, tenantId)
      workers.wake(await findDue(db, jobs))
    },
    work: async () => {
      if (options.alone) await takeUpOrphans(db)
      workers.start()
    },
    stop: async (timeoutMs) => {
      stopping.abort(new Error('the server is stopping'))
      await workers.stop()
      await boss.stop({ graceful: timeoutMs > 0, timeout: Math.max(timeoutMs, 1000) })
    },
  }
}

type WorkOptions = JobsOptions & { enqueue: Enqueue }

async function employ(boss: PgBoss, job: AnyJob, options: WorkOptions, stopping: AbortSignal): Promise<Wake> {
  const { waiting } = job.queue
  const settings = {
    batchSize: 1,
    pollingIntervalSeconds: restSeconds,
    includeMetadata: true,
    ...(waiting ? { groupConcurrency: waiting.ofOneTenant } : {}),
  } as const
  const team: { id: string; isResting: boolean }[] = []
  for (let i = 0; i < (waiting?.atOnce ?? options.concurrency); i++) {
    const worker = { id: '', isResting: true }
    team.push(worker)
    worker.id = await boss.work(job.queue.name, settings, async ([row]: JobWithMetadata<JobRow>[]) => {
      if (!row) return
      worker.isResting = false
      await runJob(boss, job, row, options, stopping).finally(() => {
        worker.isResting = true
        // Without this it would rest after each job, with a hundred others waiting.
        boss.notifyWorker(worker.id)
      })
    })
  }
  let last = 0
  return (jobs) => {
    const resting = team.filter(({ isResting }) => isResting)
    // In turn: one that was woken just now has not taken its job yet.
    for (let i = 0; i < Math.min(jobs, resting.length); i++)
      boss.notifyWorker(resting[++last % resting.length]?.id ?? '')
  }
}

async function runJob(
  boss: PgBoss,
  job: AnyJob,
  row: JobWithMetadata<JobRow>,
  { db, log, enqueue }: WorkOptions,
  stopping: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([row.signal, stopping])
  const scope = scopeOfJob(job, row, signal)
  if (!scope) return refuse(db, log, job, row)
  const status = await statusOf(db, scope)
  if (!runsIn(job, status)) return setAside(boss, db, job, row, scope, status)
  const started = performance.now()
  const about = {
    job: job.queue.name,
    job_id: row.id,
    tenant_id: scope.tenantId,
    attempt: row.retryCount + 1,
  }
  try {
    await job.run(scope, row.data.input, { id: row.id, attempt: row.retryCount + 1, signal, enqueue })
    log.debug({ ...about, ms: Math.round(performance.now() - started) }, 'job done')
  } catch (error) {
    if (signal.aborted) throw error
    // What fails while its tenant goes has failed because of it.
    const now = await statusOf(db, scope).catch(() => status)
    if (!runsIn(job, now) && isOver(now)) {
      log.info(about, 'job ended with its tenant')
      return setAside(boss, db, job, row, scope, now)
    }
    log.error({ ...about, err: error }, 'job failed, it will be tried again')
    throw error
  }
}

/** Undefined for a row that does not say whose work it is. */
function scopeOfJob(job: AnyJob, row: JobWithMetadata<JobRow>, signal: AbortSignal): TenantScope | undefined {
  if (!namesItsTenant(row.data)) return undefined
  const { partner_id, tenant_id } = row.data
  return mintScope<TenantScope>({
    level: 'tenant',
    partnerId: partner_id,
    tenantId: tenant_id,
    spaces: spacesOf(job, row),
    subject: { type: 'job', id: row.id, name: job.queue.name },
    permissions: new Set(),
    requestId: `job_${row.id.replaceAll('-', '')}`,
    signal,
  })
}

/** The database takes any JSON: `null`, a list in place of an id, a text with more than an id in it. */
function namesItsTenant(data: Partial<Record<keyof JobRow, unknown>> | null): data is JobRow {
  const isId = (id: unknown) => typeof id === 'string' && isUuid(id)
  return isId(data?.partner_id) && isId(data?.tenant_id) && (data?.space_id === null || isId(data?.space_id))
}

/** Failed for good: no later run could know better, and whoever wrote the row has to be found. */
async function refuse(db: Db, log: Log, job: AnyJob, row: JobWithMetadata<JobRow>): Promise<never> {
  log.error({ job: job.queue.name, job_id: row.id }, 'a job without a tenant was refused')
  const sql = `update ${queueSchema}.job set retry_limit = 0 where name = $1 and id = $2`
  await asJobsRole(db, sql, [job.queue.name, row.id])
  throw new TypeError('a job without a tenant')
}

function spacesOf({ queue }: AnyJob, { data }: JobWithMetadata<JobRow>): TenantScope['spaces'] {
  if (queue.isForWholeTenant && data.space_id === null) return 'all'
  return data.space_id === null ? [] : [data.space_id]
}

function runsIn({ tenantStatus }: AnyJob, status: string | undefined): boolean {
  if (tenantStatus !== 'living') return status === tenantStatus
  return status !== undefined && status !== 'erasing'
}

function statusOf(db: Db, scope: TenantScope): Promise<string | undefined> {
  return db.tenant(scope, async (tx) => {
    const tenant = await tx.kysely.selectFrom('tenants').select('status').executeTakeFirst()
    return tenant?.status
  })
}

/** The tenant is being erased, or was. */
function isOver(status: string | undefined): boolean {
  return status === undefined || status === 'erasing'
}

/** Long, since `wake` takes them up when their tenant is resumed. */
const putOffSeconds = 60

/** A suspended tenant's jobs wait; those of a tenant that is going or gone leave nothing behind. */
async function setAside(
  boss: PgBoss,
  db: Db,
  job: AnyJob,
  row: JobWithMetadata<JobRow>,
  scope: TenantScope,
  status: string | undefined,
): Promise<void> {
  if (isOver(status)) {
    await boss.deleteJob(job.queue.name, row.id)
    return
  }
  const putOff: JobRow = { ...row.data, put_off: true }
  const alone = row.singletonKey === null ? {} : { singletonKey: row.singletonKey }
  await boss.send(job.queue.name, putOff, { startAfter: putOffSeconds, priority: row.priority, ...alone })
  // Whoever resumed the tenant meanwhile may have looked before the job was there again.
  if ((await statusOf(db, scope)) === 'active') await takeUpPutOff(db, scope.tenantId)
}

function jobOf(jobs: AnyJob[], queue: string): AnyJob {
  const job = jobs.find((one) => one.queue.name === queue)
  if (!job) throw new TypeError(`nobody runs ${queue}`)
  return job
}
