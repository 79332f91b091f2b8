import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createLog } from '#platform/log.ts'
import { client, createTenant, freshDatabase, startTestApp, waitUntilReady } from '../support/app.ts'
import { scale, testTimeoutMs } from '../support/scale.ts'

/**
 * `content` stands in documents, queries, questions and wrong keys, and may stand nowhere in clear but in the answers to
 * its owner. `name` stands in what SQL sorts and filters by, and may stand in those columns and nowhere else outside.
 */
const canary = { content: 'heronincontent', name: 'heroninname' }
const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })
const database = await freshDatabase()
const app = await startTestApp({ database, log })
let isClosed = false
const close = async () => {
  if (!isClosed) await app.close()
  isClosed = true
}
afterAll(async () => {
  await close()
  await database.drop()
})
const { api, key } = await createTenant(app, { slug: 'acme' })
const stranger = await createTenant(app, { slug: 'stranger' })

/** What other people were told: strangers, and callers whose requests were wrong. */
const told: string[] = []
const tell = (reply: { body: unknown }) => void told.push(JSON.stringify(reply.body))
const files: string[] = []

test(
  'documents and queries that hold a canary are taken in, found by their owner, and fail in every way there is',
  async () => {
    for (let i = 0; i < scale.canaries; i++) {
      const text = `The ${canary.content} number ${i} flies over the ${canary.content}${i}.`
      const { body } = await api.upload<{ id: string }>(`${canary.name} ${i}.md`, text, {
        external_id: `${canary.name}-${i}`,
        metadata: JSON.stringify({ [canary.name]: canary.name }),
      })
      files.push(body.id)
      await api.post('/v1/search', { query: `${canary.content}${i} "`, highlight: true })
      await api.post('/v1/ask', { question: `Where does the ${canary.content}${i} fly?` })
      await api.get(`/v1/files?name=${canary.name}&metadata.${canary.name}=${canary.name}`)
      await stumble(body.id, i)
    }
    for (const id of files) await waitUntilReady(api, id)
    const found = await api.post<{ total: number }>('/v1/search', { query: canary.content, mode: 'text' })
    expect(found.body.total).toBe(files.length)
    expect((await api.get<string>(`/v1/files/${files[0]}/text`)).body).toContain(canary.content)
  },
  testTimeoutMs * 3,
)

/** One more error with the canary in its reach. */
async function stumble(file: string, number: number) {
  const hostile = Buffer.concat([
    Buffer.from(`%PDF-1.7 ${canary.content} `),
    Buffer.from([0xff, 0xfe, 0, 0x80]),
  ])
  const wrong = client(app.url, `${key.slice(0, -20)}${canary.content}`)
  const steps = [
    async () => api.upload(`${canary.name}.pdf`, new Uint8Array(hostile)),
    async () => api.upload(`${canary.name}.docx`, new Uint8Array(hostile)),
    async () => api.post('/v1/keys', { name: canary.name }),
    async () => api.post('/v1/spaces', { slug: `space-${number}`, name: canary.name }),
    async () => api.patch(`/v1/files/${file}`, { name: `${canary.name}.txt` }),
    async () => tell(await wrong.get('/v1/me')),
    async () => tell(await stranger.api.get(`/v1/files/${file}`)),
    async () => tell(await stranger.api.post('/v1/search', { query: 'heron', files: [file] })),
    async () => tell(await stranger.api.patch(`/v1/files/${file}`, { name: 'x.md' })),
    async () => tell(await stranger.api.upload('x.md', 'x', { space: file })),
    async () =>
      api.post('/v1/search', { query: canary.content, filter: { [canary.content]: canary.content } }),
    async () => api.post('/v1/ask', { question: [canary.content] }),
    async () => api.send('POST', '/v1/search', { body: `{"query": "${canary.content}`, headers: json }),
    async () => api.send('POST', `/v1/${canary.content}/%zz`, { body: canary.content }),
    async () => api.get(`/v1/files/${canary.content}`),
  ]
  await steps[number % steps.length]?.()
}

const json = { 'content-type': 'application/json' }

test('no line of the log at any level holds one, nor a metric, nor what others were told', async () => {
  const metrics = (await app.platform.get<string>('/metrics')).body
  expect(metrics).toContain('bulkhead_http_request_seconds')
  expect(told.length).toBeGreaterThan(0)
  expect(lines.join('')).toContain('job done')
  for (const [what, text] of Object.entries({ log: lines.join(''), metrics, told: told.join('') })) {
    for (const word of ['heron', key]) expect(text.includes(word), `${word} in ${what}`).toBe(false)
  }
})

test('no job, and of all rows only names, external ids and metadata, hold one', async () => {
  await close()
  const inEvents: unknown[] = []
  const clear = await database.asOwner(async (client) => {
    const { rows: columns } = await client.query<{ place: string; sql: string }>(
      `select format('%s.%s', table_name, column_name) as place,
        format('select count(*)::int as hits from %I.%I where position(convert_to($1, ''utf8'') in %s) > 0',
          table_schema, table_name, case when data_type = 'bytea' then quote_ident(column_name)
          else format('convert_to(%I::text, ''utf8'')', column_name) end) as sql
      from information_schema.columns where table_schema in ('public', 'pgboss')`,
    )
    const holding: string[] = []
    for (const { place, sql } of columns) {
      const { rows } = await client.query<{ hits: number }>(sql, ['heron'])
      if (rows[0] && rows[0].hits > 0) holding.push(place)
    }
    const { rows } = await client.query('select * from events where details::text like $1', [
      `%${canary.content}%`,
    ])
    inEvents.push(...rows)
    return holding.sort()
  })
  // Events tell what something was called, and what it was called before.
  const places = [
    'events.details',
    'files.external_id',
    'files.metadata',
    'files.name',
    'keys.name',
    'spaces.name',
  ]
  expect(clear).toEqual(places)
  expect(inEvents).toEqual([])
})

test('no file of the data directory holds the content in clear: no blob, no scratch file, no page of the database', async () => {
  await close()
  const holding: string[] = []
  let examined = 0
  for await (const path of glob('**/*', { cwd: database.dataDir, exclude: [] })) {
    const bytes = await readFile(join(database.dataDir, path)).catch(() => undefined)
    if (!bytes) continue
    examined++
    if (bytes.includes(canary.content)) holding.push(path)
  }
  expect(examined).toBeGreaterThan(files.length)
  expect(holding).toEqual([])
})
