import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { exchange } from '#isolation/server/exchange.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { everyReading, read, showsReadings } from '#isolation/world/readings.ts'
import { callersOf, type Customer, type World } from '#isolation/world/world.ts'
import { tenantTables } from '#platform/db/tables.generated.ts'
import { parseId, randomIds } from '#platform/ids.ts'
import {
  client,
  freshDatabase,
  startTestApp,
  type TestApp,
  type TestDatabase,
  until,
} from '../support/app.ts'
import { tracesOfId } from '../support/traces.ts'

type Tenant = { id: string; status: string; erasure: { requested_at: string; left: number | null } | null }
type Found = { total: number }

let database: TestDatabase
let app: TestApp
let world: World
let id = ''
let before: Awaited<ReturnType<typeof answersOfNeighbours>>

beforeAll(async () => {
  database = await freshDatabase()
  app = await startTestApp({ database })
  world = await createWorld(app)
  id = parseId('ten', world.own.tenant.id) ?? ''
  before = await answersOfNeighbours()
})
afterAll(async () => {
  await app.close()
  await database.drop()
})

/** Everything the neighbours' tenant and space keys are answered by every reading route, to the byte. */
async function answersOfNeighbours() {
  const { routes } = await readRouteTable(app)
  const answers = []
  for (const customer of neighbours()) {
    const own: World = { ...world, server: app, own: customer, sibling: undefined, stranger: customer }
    for (const caller of callersOf(own, customer)) {
      if (caller.level === 'platform' || caller.level === 'partner') continue
      const readings = everyReading(own, routes, caller).filter((reading) => !showsReadings(reading))
      for (const reading of readings) answers.push(await read(own, caller, reading))
    }
  }
  return answers
}

const neighbours = (): Customer[] => [world.sibling ?? [], world.stranger].flat()
const as = ({ key }: { key?: string }) => client(app.url, key)

async function restart(options: { worker?: boolean } = {}, whileStopped = () => Promise.resolve()) {
  await app.close()
  await whileStopped()
  app = await startTestApp({ database, ...options })
}

test('before the end the owner finds everything, and it leaves traces in every tenant table', async () => {
  const { own } = world
  for (const place of [own.first, own.second]) {
    const query = { query: place.marker, mode: 'text' }
    expect((await as(place).post<Found>('/v1/search', query)).body.total).toBe(1)
  }
  await restart({ worker: false }, async () => {
    await writeFile(join(database.dataDir, 'blobs/incoming', `${id}.${randomIds.uuid()}`), 'cut off')
  })
  await as(own.tenant).upload('waits.txt', 'A file that nobody reads in time.')
  await restart({ worker: false }, async () => {
    const traces = await tracesOfId(database, id)
    expect(traces).toEqual(expect.arrayContaining([...tenantTables, 'keys', 'tenants']))
    for (const place of [/^pgboss\./, /^blobs\/incoming\//, /^blobs\/[^/]+\/../, /^keyring\//]) {
      expect(traces).toContainEqual(expect.stringMatching(place))
    }
  })
})

test('its own keys and those of another partner cannot order the end, and the latter cannot tell it from nobody', async () => {
  const { own, stranger } = world
  const route = { method: 'DELETE', path: '/v1/tenants/{id}' }
  const order = (key: string | undefined, ref: string) => exchange(app, key, route, { params: { id: ref } })
  for (const { key } of [own.tenant, own.first]) expect((await order(key, own.tenant.id)).status).toBe(403)
  const unknown = await order(stranger.partner.key, 'ten_01h455vb4pex5vsknk084sn02q')
  expect(unknown.status).toBe(404)
  expect(await order(stranger.partner.key, own.tenant.id)).toEqual(unknown)
  expect((await as(own.tenant).get('/v1/me')).status).toBe(200)
})

test('from the order on its keys are unknown ones, and nothing brings it back', async () => {
  const { own } = world
  const partner = as(own.partner)
  const path = `/v1/tenants/${own.tenant.id}`
  const ordered = await partner.delete<Tenant>(path)
  expect(ordered).toMatchObject({ status: 202, body: { status: 'erasing', erasure: { left: null } } })
  const unknown = await as({ key: `${own.tenant.key.slice(0, -1)}x` }).get<{ code: string }>('/v1/me')
  for (const holder of [own.tenant, own.first, own.second]) {
    expect(await as(holder).get('/v1/me')).toMatchObject({ status: 401, body: { code: unknown.body.code } })
  }
  expect(await partner.delete(path)).toMatchObject({ status: 202, body: ordered.body })
  expect((await partner.get<Tenant>(path)).body).toEqual(ordered.body)
  const refused = { status: 409, body: { code: 'tenants.erasing' } }
  for (const verb of ['suspend', 'resume', 'archive']) {
    expect(await app.platform.post(`${path}/${verb}`)).toMatchObject(refused)
  }
  expect(await partner.patch(path, { slug: 'renamed' })).toMatchObject(refused)
  expect(await partner.post('/v1/keys', { name: 'late', tenant: own.tenant.id })).toMatchObject(refused)
  expect(await partner.post('/v1/tenants', { slug: own.tenant.slug })).toMatchObject(refused)
  expect((await app.checkIntegrity()).findings).toEqual([])
})

test('in the end no row, no byte, no key and no job is left of it', async () => {
  const { own } = world
  const path = `/v1/tenants/${own.tenant.id}`
  await restart()
  await until('it is gone', async () => ((await as(own.partner).get(path)).status === 404 ? true : undefined))
  expect((await as(own.partner).delete(path)).status).toBe(404)
  await restart({}, async () => expect(await tracesOfId(database, id)).toEqual([]))
})

test('its neighbours are answered to the byte as before', async () => {
  for (const { first } of neighbours()) {
    expect(before.some(({ body }) => body.includes(first.marker))).toBe(true)
  }
  expect(await answersOfNeighbours()).toEqual(before)
  expect((await app.checkIntegrity()).findings).toEqual([])
})

test('made again under its slug it begins empty, and the old keys stay dead', async () => {
  const { own } = world
  const partner = as(own.partner)
  const again = await partner.post<Tenant>('/v1/tenants', { slug: own.tenant.slug })
  expect(again).toMatchObject({ status: 201, body: { status: 'active', erasure: null } })
  const made = await partner.post<{ secret: string }>('/v1/keys', { name: 'new', tenant: again.body.id })
  const api = client(app.url, made.body.secret)
  expect((await api.get<{ data: [] }>('/v1/files')).body.data).toEqual([])
  expect((await api.post<Found>('/v1/search', { query: own.first.marker, mode: 'text' })).body.total).toBe(0)
  expect((await api.get<{ data: { id: string }[] }>('/v1/keys')).body.data).toHaveLength(1)
  expect((await as(own.tenant).get('/v1/me')).status).toBe(401)
})
