import { setTimeout as pause } from 'node:timers/promises'
import { readConfig } from '#config.ts'
import type { Api } from '#isolation/server/client.ts'
import { findPostgres } from '../scripts/test/find-postgres.ts'
import { withCluster } from '../scripts/test/with-cluster.ts'
import { startApp } from '../src/app.ts'
import { makeServerDatabase, urlOf } from '../test/support/template.ts'
import { databaseSettings, readCount, readOptions, runCommand, UsageError } from './command/run-command.ts'
import { seededRandom } from './command/seeded-random.ts'
import { createTenant, expectStatus } from './server/create-tenant.ts'
import { createDataDirectory, openApi } from './server/data-directory.ts'
import { inParallel } from './server/in-parallel.ts'
import { failing, healthy, startReceiver, type TakingReceiver } from './webhooks/receivers.ts'

const usage = 'npm run bench:webhooks [-- --server] [--deliveries 10000] [--healthy 300] [--seed 1] [--json]'

/** The first at once, like those of the server; the others sooner, so that hours become minutes. */
const webhookDelays = [0, ...Array.from({ length: 19 }, () => 1000)]
const lanes = 8

await runCommand(usage, async () => {
  const values = readOptions({
    server: { type: 'boolean', default: false },
    deliveries: { type: 'string', default: '10000' },
    healthy: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  })
  const sizes = {
    deliveries: readCount('deliveries', values.deliveries),
    healthy: readCount('healthy', values.healthy),
    seed: readCount('seed', values.seed),
  }
  const found = values.server ? await onServer(sizes) : await measure(sizes, {})
  if (values.json) console.log(JSON.stringify(found))
  else {
    const { p50, p99 } = found.healthyMs
    console.log(`${sizes.healthy} events to a healthy receiver: p50 ${p50} ms, p99 ${p99} ms until they come`)
    const { taken, calls, seconds, repeated } = found.failing
    console.log(
      `${taken} events to one that fails at random: each taken, in ${calls} calls and ${seconds.toFixed(0)} s; ${repeated} taken twice`,
    )
  }
  return 0
})

type Sizes = { deliveries: number; healthy: number; seed: number }
type Settings = Record<string, string>

async function onServer(sizes: Sizes) {
  const programs = await findPostgres()
  if (typeof programs === 'string') throw new UsageError(programs)
  return withCluster(programs, new AbortController().signal, async (superuser) => {
    const { database, serving, owner } = await makeServerDatabase(superuser)
    const settings = databaseSettings({
      'database-url': urlOf(superuser, database, serving),
      'migration-database-url': urlOf(superuser, database, owner),
    })
    return measure(sizes, settings)
  })
}

async function measure(sizes: Sizes, settings: Settings) {
  const dataDir = createDataDirectory()
  const config = readConfig({
    BULKHEAD_HOST: '127.0.0.1',
    BULKHEAD_PORT: '0',
    BULKHEAD_LOG_LEVEL: 'silent',
    BULKHEAD_DATA_DIR: dataDir,
    BULKHEAD_OUTSIDE_ALLOW: '127.0.0.1',
    ...settings,
  })
  const app = await startApp(config, { webhookDelays })
  try {
    const platform = await openApi(app.url, dataDir, 'platform')
    const tenantOf = (slug: string) => createTenant(platform, app.url, slug)
    return {
      healthyMs: await measureHealthy(await tenantOf('healthy'), sizes.healthy),
      failing: await measureFailing(await tenantOf('failing'), sizes.deliveries, sizes.seed),
    }
  } finally {
    await app.close()
  }
}

async function tellTo(api: Api, receiver: TakingReceiver): Promise<void> {
  const body = { url: receiver.url, types: ['space.updated'] }
  receiver.expectSecret(expectStatus(201, await api.post<{ secret: string }>('/v1/webhooks', body)).secret)
}

async function rename(api: Api, i: number): Promise<void> {
  expectStatus(200, await api.patch('/v1/spaces/default', { name: `named ${i}` }))
}

/** From when an event was answered until it came, one event after the other. */
async function measureHealthy(api: Api, events: number): Promise<{ p50: number; p99: number }> {
  const receiver = await startReceiver(healthy)
  try {
    await tellTo(api, receiver)
    const times: number[] = []
    for (let i = 0; i < events; i++) {
      await rename(api, i)
      const answered = performance.now()
      while (receiver.taken.length <= i) await pause(1)
      times.push((receiver.taken[i]?.at ?? 0) - answered)
    }
    times.sort((a, b) => a - b)
    const at = (share: number) => Math.max(0, Math.round(times[Math.ceil(share * times.length) - 1] ?? 0))
    return { p50: at(0.5), p99: at(0.99) }
  } finally {
    await receiver.close()
  }
}

/** @throws Error unless every event was taken, under one id each, whatever was sent how often */
async function measureFailing(api: Api, events: number, seed: number) {
  const receiver = await startReceiver(failing(seededRandom(seed)))
  const started = performance.now()
  try {
    await tellTo(api, receiver)
    await inParallel(
      Array.from({ length: events }, (_, i) => i),
      lanes,
      (i) => rename(api, i),
    )
    const idsOf = () => new Map(receiver.taken.map(({ id, event }) => [event, id]))
    const idleMs = 120_000
    for (let [size, since] = [0, performance.now()]; idsOf().size < events; await pause(200)) {
      const now = idsOf().size
      if (now > size) [size, since] = [now, performance.now()]
      if (performance.now() - since > idleMs)
        throw new Error(`${now} of ${events} events were taken, and nothing comes any more`)
    }
    const ids = new Set(receiver.taken.map(({ id }) => id))
    if (ids.size !== events) throw new Error(`${events} events came under ${ids.size} ids`)
    return {
      taken: ids.size,
      calls: receiver.calls(),
      repeated: receiver.taken.length - ids.size,
      seconds: (performance.now() - started) / 1000,
    }
  } finally {
    await receiver.close()
  }
}
