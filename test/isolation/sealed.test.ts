import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sealedTables } from '#features/rotation/index.ts'
import { parseId } from '#platform/ids.ts'
import { buildPdf } from '../../src/adapters/extract/formats/build-pdf.fixture.ts'
import { startReceiver } from '../../src/adapters/outside/receiver.fixture.ts'
import {
  type Api,
  client,
  createTenant,
  freshDatabase,
  startTestApp,
  type TestApp,
  type TestDatabase,
  type TestTenant,
  until,
  uploadReady,
} from '../support/app.ts'
import { keyringKinds, openTestKeyring, type TestKeyring } from '../support/keyrings.ts'

/** Rare enough to be found byte by byte in everything that is stored. */
const markers = { acme: 'Quillfeather7731', globex: 'Brambleforge8842', initech: 'Ospreylantern9953' }
type Name = keyof typeof markers
const names: Name[] = ['acme', 'globex', 'initech']

type World = { app: TestApp; tenants: Record<Name, TestTenant & { file: string; id: string }> }

let database: TestDatabase
let keyring: TestKeyring
let world: World

const start = () =>
  startTestApp({ database, settings: { ...keyring.settings, BULKHEAD_OUTSIDE_ALLOW: '127.0.0.1' } })

/** Every column that is sealed, from the list that rotation and `doctor` go by. */
const sealedColumns = sealedTables.flatMap(({ table, columns }) =>
  columns.map((column) => ({ table, column })),
)

/** A tenant with its word in everything that is sealed: files, a password, an address to import from, a webhook, a kept query and a remembered answer. */
async function fill(app: TestApp, name: Name) {
  const tenant = await createTenant(app, { slug: name })
  const { api } = tenant
  const marker = markers[name]
  const text = `# Terms of the ${marker} agreement\n\nThe notice period of ${marker} is ninety days.`
  const file = await uploadReady(api, 'terms.md', text)
  const page = buildPdf(`The clause of ${marker}.`)
  await uploadReady(api, 'terms.pdf', page, { password: `${marker}-password` })
  // Nobody has that name; the address is kept, so that it can be tried again.
  await api.post('/v1/files/import', { url: `https://nowhere.invalid/terms.txt?key=${marker}` })
  await tellWebhook(api, marker)
  await api.patch('/v1/search/insight', { keeps_queries: true })
  const query = { query: `notice ${marker}` }
  const asked = await api.post('/v1/search', query, { headers: { 'idempotency-key': 'once' } })
  expect(asked.status).toBe(200)
  return { ...tenant, file: file.id, id: parseId('ten', tenant.tenant.id) ?? '' }
}

/** Tells a webhook with two secrets of something, which answers with the word that its address has. */
async function tellWebhook(api: Api, marker: string) {
  const receiver = await startReceiver((request, response) => response.end(`taken at ${request.url}`))
  const url = `http://127.0.0.1:${receiver.port}/${marker}`
  const { body } = await api.post<{ id: string }>('/v1/webhooks', { url, types: ['folder.created'] })
  await api.post(`/v1/webhooks/${body.id}/rotate`, {})
  expect((await api.post('/v1/folders', { name: 'told' })).status).toBe(201)
  await until('the webhook has answered', async () => {
    const list = await api.get<{ data: object[] }>(`/v1/webhooks/${body.id}/deliveries?state=delivered`)
    return list.body.data[0]
  })
  await receiver.close()
}

/** Everything of a tenant's own content that the API can show. */
async function readAll(name: Name) {
  const { key, file } = world.tenants[name]
  const api = client(world.app.url, key)
  const replies = await Promise.all([
    api.get(`/v1/files/${file}/text`),
    api.get(`/v1/files/${file}/chunks`),
    api.get(`/v1/files/${file}/content`),
    api.post('/v1/search', { query: 'notice period' }),
    api.post('/v1/ask', { question: 'What is the notice period?' }),
  ])
  return replies.map(({ status, body }) => ({ status, text: asText(body) }))
}

function asText(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString() : JSON.stringify(body)
}

async function whileStopped(work: () => Promise<void>): Promise<void> {
  await world.app.close()
  await work()
  world.app = await start()
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe.each(keyringKinds)('with the keyring in a %s', (kind) => {
  beforeAll(async () => {
    database = await freshDatabase()
    keyring = await openTestKeyring(kind, database)
    const app = await start()
    const entries = names.map(async (name) => [name, await fill(app, name)] as const)
    world = { app, tenants: Object.fromEntries(await Promise.all(entries)) as World['tenants'] }
  })

  afterAll(async () => {
    await world.app.close()
    await database.drop()
    await keyring.drop()
  })

  test('each owner reads its own content, before anything else is worth showing', async () => {
    for (const name of names) {
      for (const { status, text } of await readAll(name)) {
        expect(status).toBe(200)
        expect(text).toContain(markers[name])
      }
    }
    const { pieces, findings } = await world.app.checkSeals()
    expect(findings).toEqual([])
    expect(pieces).toBeGreaterThan(names.length * 4)
  })

  test('no file on disk and no column holds a word of content: database, write-ahead log and blobs included', async () => {
    await whileStopped(async () => {
      const files = await filesBelow(database.dataDir)
      expect(files.some((file) => file.includes('/blobs/'))).toBe(true)
      for (const file of files) {
        const bytes = await readFile(file)
        for (const marker of Object.values(markers))
          expect(bytes.includes(marker), `${marker} in ${file}`).toBe(false)
      }
      const sealed = sealedColumns.map(
        ({ table, column }) => `select ${column} as bytes from ${table} where ${column} is not null`,
      )
      const whole = [...new Set([...sealedColumns.map(({ table }) => table), 'files', 'tenants'])].map(
        (table) => `select convert_to(to_jsonb(${table})::text, 'UTF8') from ${table}`,
      )
      const { rows } = await database.asOwner((sql) =>
        sql.query<{ bytes: Buffer }>([...sealed, ...whole].join(' union all ')),
      )
      expect(rows.length).toBeGreaterThan(names.length * 5)
      for (const { bytes } of rows) {
        for (const marker of Object.values(markers)) expect(bytes.includes(marker)).toBe(false)
      }
    })
  })

  test('content of another tenant that gets into one’s own rows and blobs does not open there', async () => {
    const { acme, globex } = world.tenants
    await whileStopped(async () => {
      await database.asOwner(async (sql) => {
        for (const { table, column } of sealedColumns) {
          const moved = await sql.query(
            `update ${table} mine set ${column} = theirs.${column} from ${table} theirs
           where mine.tenant_id = $1 and theirs.tenant_id = $2
             and mine.${column} is not null and theirs.${column} is not null`,
            [globex.id, acme.id],
          )
          expect(moved.rowCount, `${table}.${column}`).toBeGreaterThan(0)
        }
      })
      const blobs = await filesBelow(join(database.dataDir, 'blobs'))
      const of = (id: string) => blobs.find((file) => file.includes(`/${id}/`)) ?? ''
      await copyFile(of(acme.id), of(globex.id))
    })
    for (const { status, text } of await readAll('globex')) {
      expect(text).not.toContain(markers.acme)
      expect(status).toBe(500)
    }
    const { findings } = await world.app.checkSeals()
    expect(new Set(findings.map(({ tenant }) => tenant))).toEqual(new Set(['globex']))
    const named = findings.map(({ problem }) => problem.replaceAll(/ \S+-\S+| fil_\S+(?=:)/g, ''))
    const columns = sealedColumns.map(({ table, column }) => `${table} ${column}`)
    expect(new Set(named)).toEqual(new Set([...columns, 'bytes of'].map((what) => `${what}: does not open`)))
    for (const { status, text } of await readAll('acme')) {
      expect(status).toBe(200)
      expect(text).toContain(markers.acme)
    }
  })

  test('after a tenant’s key is destroyed nothing of its content opens, and the neighbour is untouched', async () => {
    const { acme } = world.tenants
    await whileStopped(() => keyring.use((keys) => keys.destroy(acme.id)))
    for (const { status, text } of await readAll('acme')) {
      expect(status).toBe(503)
      expect(text).not.toContain(markers.acme)
      expect(JSON.parse(text)).toMatchObject({
        code: 'content.key_missing',
        detail: 'The key of this content is missing',
      })
    }
    for (const { status, text } of await readAll('initech')) {
      expect(status).toBe(200)
      expect(text).toContain(markers.initech)
    }
  })

  test('a missing or another master key is refused at the start, and no new one is made where content exists', async () => {
    await whileStopped(async () => {
      const other = { ...keyring.settings, BULKHEAD_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') }
      await expect(startTestApp({ database, settings: other })).rejects.toThrow(/Restore the right one/)
      const file = join(database.dataDir, 'master.key')
      const key = await readFile(file, 'utf8')
      await writeFile(file, 'not a key')
      await expect(start()).rejects.toThrow(/32 bytes in base64/)
      await rm(file)
      await expect(start()).rejects.toThrow(/BULKHEAD_MASTER_KEY/)
      expect(await readdir(database.dataDir)).not.toContain('master.key')
      const app = await startTestApp({
        database,
        settings: { ...keyring.settings, BULKHEAD_MASTER_KEY: key.trim() },
      })
      await app.close()
      await writeFile(file, key)
    })
  })
})
