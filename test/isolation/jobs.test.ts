import { afterAll, afterEach, expect, test } from 'vitest'
import { sql } from 'kysely'
import { scopeOfNewTenant } from '#features/access/index.ts'
import { removeBlobQueue } from '#features/files/index.ts'
import { defineJob, type JobRun, type Jobs, startJobs } from '#jobs/index.ts'
import { parseId, randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { operatorScope } from '#features/access/operator.ts'
import { createTenant, startTestApp, until } from '../support/app.ts'

const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })

/** The app answers requests and runs no job; each test runs jobs of its own over the app's database. */
const app = await startTestApp({ worker: false })
afterAll(() => app.close())

type Ran = { job: string; tenant: string; spaces: TenantScope['spaces']; attempt: number; seen: string }
type Run = (job: string, run: JobRun) => Promise<void>

const working: Jobs[] = []
afterEach(async () => {
  for (const jobs of working.splice(0)) await jobs.stop(1000)
  await sqlOnQueue('delete from pgboss.job')
})

/** Workers that write down what they ran, and under which tenant the database saw them. */
async function startWorking(
  run: Run = () => Promise.resolve(),
  changed: Partial<Parameters<typeof startJobs>[0]> = {},
) {
  const ran: Ran[] = []
  const job = defineJob<{ job: string }>({
    queue: removeBlobQueue,
    tenantStatus: 'active',
    run: async (scope, { job }, details) => {
      const seen = await tenantSeenBy(scope)
      ran.push({ job, tenant: scope.tenantId, spaces: scope.spaces, attempt: details.attempt, seen })
      await run(job, details)
    },
  })
  const jobs = await startJobs({ db: app.db, jobs: [job], log, concurrency: 2, alone: false, ...changed })
  working.push(jobs)
  return { ran, ...jobs }
}

function tenantSeenBy(scope: TenantScope): Promise<string> {
  return app.db.tenant(scope, async (tx) => {
    const setting = sql<{ tenant: string }>`select current_setting('app.tenant_id') as tenant`
    return (await setting.execute(tx.kysely)).rows[0]?.tenant ?? ''
  })
}

function sqlOnQueue(text: string, values?: unknown[]) {
  return app.db.system('run-jobs', (tx) => tx.execute(text, values))
}

async function newScope(slug: string): Promise<TenantScope> {
  const { tenant } = await createTenant(app, { slug })
  const ids = { id: parseId('ten', tenant.id) ?? '', partnerId: parseId('ptn', tenant.partner_id) ?? '' }
  return scopeOfNewTenant(operatorScope('doctor'), ids)
}

const enqueue = (jobs: Jobs, scope: TenantScope, job: string, spaceId = randomIds.uuid()) =>
  app.db.tenant(scope, (tx) => {
    tx.unrecorded('progress')
    return jobs.enqueue(tx, removeBlobQueue, [{ job }], { spaceId })
  })

test('a job exists exactly if the write that caused it does', async () => {
  const scope = await newScope('exact')
  const jobs = await startWorking()
  const undone = app.db.tenant(scope, async (tx) => {
    await jobs.enqueue(tx, removeBlobQueue, [{ job: 'undone' }], { spaceId: randomIds.uuid() })
    throw new Error('changed my mind')
  })
  await expect(undone).rejects.toThrow('changed my mind')
  await enqueue(jobs, scope, 'kept')
  expect((await sqlOnQueue("select data -> 'input' ->> 'job' as job from pgboss.job")).rows).toEqual([
    { job: 'kept' },
  ])
  await jobs.work()
  await until('the job has run', async () => (jobs.ran.length > 0 ? jobs.ran : undefined))
  expect(jobs.ran.map(({ job }) => job)).toEqual(['kept'])
})

test('200 jobs of ten tenants run each under its own tenant and space, without a pause between them', async () => {
  const scopes = await Promise.all(Array.from({ length: 10 }, (_, i) => newScope(`mixed-${i}`)))
  // Without an end: a worker that rested after a job would not come back to the next one.
  const jobs = await startWorking(undefined, { concurrency: 4, pollingSeconds: 24 * 3600 })
  const expected = new Map<string, { tenant: string; space: string }>()
  for (let i = 0; i < 200; i++) {
    const scope = scopes[(i * 7) % 10]!
    const space = randomIds.uuid()
    expected.set(`job-${i}`, { tenant: scope.tenantId, space })
    await enqueue(jobs, scope, `job-${i}`, space)
  }
  await jobs.work()
  await until('all have run', async () => (jobs.ran.length >= 200 ? true : undefined))
  for (const { job, tenant, spaces, seen } of jobs.ran) {
    const own = expected.get(job)
    expect({ tenant, spaces, seen }).toEqual({ tenant: own?.tenant, spaces: [own?.space], seen: own?.tenant })
  }
})

test('a job without a tenant, or with something else in its place, fails for good without being run, and is written down', async () => {
  const jobs = await startWorking()
  const whole = { partner_id: randomIds.uuid(), tenant_id: randomIds.uuid(), space_id: randomIds.uuid() }
  const input = { job: 'x' }
  const rows = [
    null,
    {},
    { input },
    { tenant_id: randomIds.uuid(), input },
    { ...whole, tenant_id: '*', input },
    { ...whole, tenant_id: `${whole.tenant_id}' or true --`, input },
    { ...whole, space_id: [whole.space_id], input },
    { ...whole, space_id: '', input },
  ]
  for (const row of rows) {
    await sqlOnQueue('insert into pgboss.job (name, data, retry_limit) values ($1, $2, 1000)', [
      removeBlobQueue.name,
      JSON.stringify(row),
    ])
  }
  await jobs.work()
  await until(
    'each has failed',
    async () => {
      const { rows: left } = await sqlOnQueue("select id from pgboss.job where state <> 'failed'")
      return left.length === 0 ? true : undefined
    },
    30_000,
  )
  expect(jobs.ran).toEqual([])
  expect(lines.filter((line) => line.includes('a job without a tenant was refused'))).toHaveLength(
    rows.length,
  )
  expect(lines.join('')).not.toContain(whole.tenant_id)
})

test('a job that throws is run again, and knows that it is', async () => {
  const scope = await newScope('again')
  const jobs = await startWorking((_job, { attempt }) =>
    attempt < 2 ? Promise.reject(new Error('not yet')) : Promise.resolve(),
  )
  await enqueue(jobs, scope, 'twice')
  await jobs.work()
  await until('it ran twice', async () => (jobs.ran.length >= 2 ? true : undefined))
  expect(jobs.ran.map(({ job, attempt }) => [job, attempt])).toEqual([
    ['twice', 1],
    ['twice', 2],
  ])
})

test('a suspended tenant’s job is put off without being run, and runs as soon as the tenant is resumed', async () => {
  const scope = await newScope('waits')
  const jobs = await startWorking()
  await app.platform.post('/v1/tenants/waits/suspend')
  await enqueue(jobs, scope, 'later')
  await jobs.work()
  await until('it is put off', async () => {
    const { rows } = await sqlOnQueue(
      "select id from pgboss.job where state < 'active' and start_after > now() + interval '30 seconds'",
    )
    return rows.length === 1 ? true : undefined
  })
  expect(jobs.ran).toEqual([])
  await app.platform.post('/v1/tenants/waits/resume')
  await until('it has run', async () => (jobs.ran.length > 0 ? true : undefined), 20_000)
  expect(jobs.ran).toMatchObject([{ job: 'later', tenant: scope.tenantId }])
})

test('what a dead process was running is taken up at once by the only one there is, and counts as an attempt', async () => {
  const scope = await newScope('orphan')
  const jobs = await startWorking(undefined, { alone: true })
  await enqueue(jobs, scope, 'orphan')
  await sqlOnQueue("update pgboss.job set state = 'active', started_on = now()")
  const started = performance.now()
  await jobs.work()
  await until('it has run', async () => (jobs.ran.length > 0 ? true : undefined))
  expect(jobs.ran).toMatchObject([{ job: 'orphan', tenant: scope.tenantId, attempt: 2 }])
  expect(performance.now() - started).toBeLessThan(10_000)
})
