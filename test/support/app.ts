import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '#config.ts'
import { type App, startApp } from '../../src/app.ts'
import { type Api, client, type Reply } from '#isolation/server/client.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { until } from './wait.ts'

export { type Api, client } from '#isolation/server/client.ts'
export { freshDatabase, type TestDatabase } from './database.ts'
export { until } from './wait.ts'

type Options = NonNullable<Parameters<typeof startApp>[1]>

export type TestAppOptions = Options & {
  /** Left out: a database of its own, dropped with the app. Given: the caller's, for a second start or SQL beside it. */
  database?: TestDatabase
  /** Settings on top of the ones for tests, by their `BULKHEAD_*` names. */
  settings?: Record<string, string>
}

export type TestApp = App & {
  database: TestDatabase
  /** The first platform key, and the first tenant's. */
  keys: { platform: string; tenant: string }
  platform: Api
  /** The tenant `default` of the partner `internal`. */
  tenant: Api
}

const forTests = {
  BULKHEAD_HOST: '127.0.0.1',
  BULKHEAD_PORT: '0',
  BULKHEAD_LOG_LEVEL: 'silent',
  BULKHEAD_EXTRACTION_PROCESSES: '1',
  BULKHEAD_SHUTDOWN_TIMEOUT_MS: '2000',
}

/** The real server on a free port, with nothing replaced; only its log is silent. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { database = await freshDatabase(), settings, ...rest } = options
  const app = await startApp(readConfig({ ...forTests, ...database.settings, ...settings }), rest)
  const readKey = async (name: string) => (await readFile(join(database.dataDir, name), 'utf8')).trim()
  const keys = { platform: await readKey('platform.key'), tenant: await readKey('tenant.key') }
  return {
    ...app,
    database,
    keys,
    platform: client(app.url, keys.platform),
    tenant: client(app.url, keys.tenant),
    close: async () => {
      await app.close()
      if (!options.database) await database.drop()
    },
  }
}

export type TestTenant = {
  tenant: { id: string; slug: string; partner_id: string }
  key: string
  api: Api
}

/** A tenant with its default space and a key for all of it. `partner` is an id or slug, `internal` when left out. */
export async function createTenant(
  app: TestApp,
  { slug, partner }: { slug: string; partner?: string },
): Promise<TestTenant> {
  const created = await app.platform.post<TestTenant['tenant']>('/v1/tenants', {
    slug,
    ...(partner === undefined ? {} : { partner }),
  })
  const tenant = expected(201, created)
  const key = await createKey(app.platform, { name: `key of ${slug}`, tenant: tenant.id })
  return { tenant, key, api: client(app.url, key) }
}

/** A partner with a key of its own. */
export async function createPartner(
  app: TestApp,
  { slug }: { slug: string },
): Promise<{ partner: { id: string; slug: string }; key: string; api: Api }> {
  const partner = expected(
    201,
    await app.platform.post<{ id: string; slug: string }>('/v1/partners', { slug }),
  )
  const key = await createKey(app.platform, { name: `key of ${slug}`, partner: partner.id })
  return { partner, key, api: client(app.url, key) }
}

/** A new space of the tenant and a key that is bound to it. */
export async function createSpaceKey(
  app: TestApp,
  tenant: Pick<TestTenant, 'api'>,
  { slug }: { slug: string },
): Promise<{ space: { id: string; slug: string }; key: string; api: Api }> {
  const space = expected(201, await tenant.api.post<{ id: string; slug: string }>('/v1/spaces', { slug }))
  const key = await createKey(tenant.api, { name: `key of ${slug}`, space: space.id })
  return { space, key, api: client(app.url, key) }
}

/** The secret of a new key; `body` as for `POST /v1/keys`. */
export async function createKey(api: Api, body: Record<string, unknown>): Promise<string> {
  return expected(201, await api.post<{ secret: string }>('/v1/keys', body)).secret
}

/** Uploads and waits until the file can be found. */
export async function uploadReady(
  api: Api,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
  fields?: Record<string, string>,
): Promise<{ id: string }> {
  const file = expected(201, await api.upload<{ id: string }>(name, content, fields))
  await waitUntilReady(api, file.id)
  return file
}

/** Waits for `ready`, or `stored` in a space without intelligence. @throws Error when reading the file failed */
export async function waitUntilReady(api: Api, fileId: string): Promise<void> {
  await until(`${fileId} is ready`, async () => {
    const reply = await api.get<{ status: string; failure?: unknown }>(`/v1/files/${fileId}`)
    const file = expected(200, reply)
    if (file.status === 'failed') throw new Error(`${fileId} failed: ${JSON.stringify(file)}`)
    return file.status === 'ready' || file.status === 'stored' ? file : undefined
  })
}

function expected<Body>(status: number, reply: Reply<Body>): Body {
  if (reply.status !== status) {
    throw new Error(`expected ${status}, got ${reply.status}: ${JSON.stringify(reply.body)}`)
  }
  return reply.body
}
