import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { inParallel } from '../../bench/server/in-parallel.ts'
import { createTenant, freshDatabase, startTestApp, until } from '../support/app.ts'
import { scale, testTimeoutMs } from '../support/scale.ts'

/** The app answers and runs no job; workers are processes of their own, as an embedded database cannot have them. */
const database = await freshDatabase()
const app = await startTestApp({ database, worker: false })
afterAll(async () => {
  await app.close()
  await database.drop()
})

const tenantCount = 6
const entry = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

test.runIf(database.kind === 'server')(
  `${scale.killedJobs} mixed jobs with ${scale.workerKills} kills of their worker leave each row and each byte with its own tenant`,
  async () => {
    const tenants = await Promise.all(
      Array.from({ length: tenantCount }, async (_, i) => {
        const word = `owner${String.fromCodePoint(97 + i)}word`
        return { word, ...(await createTenant(app, { slug: `tenant-${word}` })) }
      }),
    )
    type Uploaded = { id: string; tenant: (typeof tenants)[number]; isDeleted: boolean }
    const files: Uploaded[] = []
    // Two of three are read; the bytes of every third are removed again.
    await inParallel([...Array(scale.killedJobs).keys()], 4, async (i) => {
      const tenant = tenants[i % tenantCount]!
      const text = `Common ground number ${i}. The ${tenant.word} is ours.`
      const { body } = await tenant.api.upload<{ id: string }>(`${tenant.word}-${i}.md`, text)
      files.push({ id: body.id, tenant, isDeleted: i % 3 === 0 })
    })
    for (const { id, tenant, isDeleted } of files)
      if (isDeleted) await tenant.api.delete(`/v1/files/${id}?permanent=true`)

    for (let kill = 0; kill < scale.workerKills; kill++) {
      const worker = startWorker()
      await until('the worker is in the middle of jobs', async () =>
        (await jobsIn('active')) > 0 ? true : undefined,
      )
      await worker.kill()
    }
    const last = startWorker()
    try {
      await until(
        'no job is left',
        async () => ((await jobsLeft()) === 0 ? true : undefined),
        testTimeoutMs * 3,
      )
    } finally {
      await last.kill()
    }

    const wrong: unknown[] = []
    for (const { id, tenant, isDeleted } of files) {
      const read = await tenant.api.get<string>(`/v1/files/${id}/text`)
      const content = await tenant.api.get(`/v1/files/${id}/content`)
      const isRight = isDeleted
        ? read.status === 404 && content.status === 404
        : read.status === 200 && read.body.includes(tenant.word) && content.status === 200
      if (!isRight) wrong.push({ id, isDeleted, status: read.status, content: content.status })
    }
    expect(wrong).toEqual([])
    for (const { word, api } of tenants) {
      const own = files.filter(({ tenant, isDeleted }) => tenant.word === word && !isDeleted).length
      const total = async (query: string) =>
        (await api.post<{ total: number }>('/v1/search', { query, mode: 'text' })).body.total
      expect({ word, common: await total('common ground'), own: await total(word) }).toEqual({
        word,
        common: own,
        own,
      })
    }
    expect(await strayRows()).toEqual([])
  },
  testTimeoutMs * 5,
)

function startWorker() {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('BULKHEAD_'))
  const worker = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', entry, 'serve', '--worker'],
    {
      env: { ...Object.fromEntries(inherited), ...database.settings, BULKHEAD_LOG_LEVEL: 'error' },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const ended = once(worker, 'exit')
  return {
    kill: async () => {
      worker.kill('SIGKILL')
      await ended
    },
  }
}

async function countJobs(condition: string): Promise<number> {
  const { rows } = await app.db.system('run-jobs', (tx) =>
    tx.execute(`select count(*)::int as jobs from pgboss.job where ${condition}`),
  )
  return Number(rows[0]?.['jobs'])
}

const jobsIn = (state: string) => countJobs(`state = '${state}'`)
const jobsLeft = () => countJobs("state not in ('completed', 'failed')")

/** Rows of a version whose tenant is not the one of their file, and jobs that were given up. */
function strayRows() {
  return database.asOwner(async (client) => {
    const strays = ['versions', 'chunks', 'index_blocks'].map(
      (table) =>
        `select '${table}' as place from ${table} t where not exists
          (select from files f where f.id = t.file_id and f.tenant_id = t.tenant_id and f.space_id = t.space_id)`,
    )
    strays.push(`select 'index_vectors' as place from index_vectors t where not exists
      (select from versions v where v.id = t.version_id and v.tenant_id = t.tenant_id and v.space_id = t.space_id)`)
    const { rows } = await client.query<{ place: string }>(
      `${strays.join(' union all ')} union all select 'failed job' from pgboss.job where state = 'failed'`,
    )
    return rows
  })
}
