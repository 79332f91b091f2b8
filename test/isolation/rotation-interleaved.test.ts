import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { expectStatus } from '../../bench/server/create-tenant.ts'
import { listFiles } from '../../bench/server/list-files.ts'
import {
  type Api,
  client,
  createTenant,
  freshDatabase,
  startTestApp,
  type TestTenant,
  until,
} from '../support/app.ts'
import { openTestKeyring } from '../support/keyrings.ts'
import { expectReadable, retired, rotate, rotated, rotationOf } from '../support/rotation.ts'
import { scale, testTimeoutMs } from '../support/scale.ts'

const database = await freshDatabase()
const keyring = await openTestKeyring('directory', database)
const start = () => startTestApp({ database, settings: { BULKHEAD_KEY_MEMORY_MS: '100' } })
const app = await start()
/** Several servers where the database can have them. */
const servers = database.kind === 'server' ? [app, await start()] : [app]
afterAll(async () => {
  for (const server of servers) await server.close()
  await database.drop()
})

const slots = 3
type Action = { act: 'put' | 'delete' | 'read' | 'search' | 'rotate'; slot: number }
const action: fc.Arbitrary<Action> = fc.record({
  act: fc.constantFrom('put', 'put', 'delete', 'read', 'search', 'rotate'),
  slot: fc.nat(slots - 1),
})
const script = fc.array(action, { minLength: 4, maxLength: 12 })
const callers = fc.array(script, { minLength: 2, maxLength: 4 })

/** What a caller's own files hold by what it was told, by external id; nobody else touches them. */
type Held = Map<string, { id: string; word: string }>

let words = 0
/** Letters only, the same length: none is part of another. */
function newWord(): string {
  const number = words++
  const places = [26 ** 2, 26, 1].map((place) => 97 + (Math.floor(number / place) % 26))
  return `feather${String.fromCodePoint(...places)}`
}

async function run(actions: readonly Action[], tenant: TestTenant, caller: number): Promise<Held> {
  const held: Held = new Map()
  for (const [i, { act, slot }] of actions.entries()) {
    const server = servers[(caller + i) % servers.length] ?? app
    const api = client(server.url, tenant.key)
    const external = `${caller}-${slot}`
    const file = held.get(external)
    if (act === 'put') await put(api, external, held)
    if (act === 'rotate') await rotate(server, tenant)
    if (act === 'search') expectStatus(200, await api.post('/v1/search', { query: 'clause' }))
    if (act === 'read' && file) expectStatus(200, await api.get(`/v1/files/${file.id}/content`))
    if (act === 'delete' && file) {
      expectStatus(204, await api.delete(`/v1/files/${file.id}`))
      held.delete(external)
    }
  }
  return held
}

async function put(api: Api, external: string, held: Held): Promise<void> {
  const word = newWord()
  const fields = { external_id: external, on_conflict: 'replace' }
  const reply = await api.upload<{ id: string; code?: string }>(`${external}.md`, textOf(word), fields)
  // Told to send it again: nothing has changed.
  if (reply.body.code === 'files.key_changed') return
  expect([200, 201]).toContain(reply.status)
  held.set(external, { id: reply.body.id, word })
}

const textOf = (word: string) => `# Terms of ${word}\n\nThe ${word} clause holds.`

async function expectKept(tenant: TestTenant, held: Held): Promise<void> {
  for (const server of servers) {
    const api = client(server.url, tenant.key)
    const listed = await listFiles(api)
    expect(new Set(listed.map(({ external_id }) => external_id))).toEqual(new Set(held.keys()))
    for (const { id, word } of held.values()) await expectReadable(api, id, word)
  }
  expect((await app.checkSeals()).findings).toEqual([])
  expect((await app.checkIntegrity()).findings).toEqual([])
}

async function settled(tenant: TestTenant): Promise<void> {
  await until('every file is read', async () =>
    (await listFiles(tenant.api)).every(({ status }) => status === 'ready') ? true : undefined,
  )
  if ((await rotationOf(app, tenant)).state === 'never') return
  const { oldest_key: oldest, sealing_key: sealing } = await rotated(app, tenant)
  expect(oldest).toBe(sealing)
  await retired(keyring, tenant, [sealing])
}

test(
  'whatever the order in which several callers write, delete, search and replace the key, what is kept is whole and opens',
  async () => {
    let runs = 0
    const property = fc.asyncProperty(callers, async (scripts) => {
      const tenant = await createTenant(app, { slug: `run-${runs++}` })
      const held = await Promise.all(scripts.map((actions, caller) => run(actions, tenant, caller)))
      await settled(tenant)
      await expectKept(tenant, new Map(held.flatMap((one) => [...one])))
    })
    await fc.assert(property, { numRuns: scale.interleavedRotations, endOnFailure: true })
  },
  5 * testTimeoutMs,
)
