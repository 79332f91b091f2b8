import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticate, rememberAnswers } from '#features/access/index.ts'
import { Answer, createMetrics, createServer, route, Strict } from '#http/index.ts'
import { systemClock } from '#platform/clock.ts'
import { randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import { client, createTenant, startTestApp, waitUntilReady } from '../support/app.ts'

/** Words that stand in rows and statements; whoever reads one of them in an answer or a log has found a leak. */
const canary = 'canaryheron'
const logged: string[] = []
const log = createLog('trace', { write: (line: string) => void logged.push(line) })
const app = await startTestApp({ log })
afterAll(() => app.close())
const { api, key } = await createTenant(app, { slug: 'acme' })

/** One SQLSTATE of each class that PostgreSQL has but success (appendix A), and a few that real accidents bring. */
const states =
  `01000 02000 03000 08000 08006 09000 0A000 0B000 0F000 0L000 0P000 0Z000 10608 20000 21000 22000 22001 22003 22012 22021 22P02
  22P05 23000 23502 23503 23505 23514 23P01 24000 25000 25006 26000 27000 28000 2B000 2D000 2F000 34000 38000 39000
  3B000 3D000 3F000 40001 40P01 42000 42501 42601 42703 42P01 44000 53100 53200 53300 54000 54001 55000 55P03 57000
  57014 57P01 58000 58030 72000 F0000 HV000 P0001 XX000 XX001`.split(/\s+/)

describe('a route whose statement fails', () => {
  let failing: ReturnType<typeof client>
  let close: () => Promise<void>
  beforeAll(async () => {
    const server = await createServer({
      routes: [failingRoute()],
      authenticate: (credential) => authenticate(credential, { db: app.db, clock: systemClock }),
      once: rememberAnswers({ db: app.db, clock: systemClock, ids: randomIds }),
      ids: randomIds,
      log,
      metrics: createMetrics(),
    })
    failing = client(await server.listen({ host: '127.0.0.1', port: 0 }), key)
    close = () => server.close()
  })
  afterAll(() => close())

  test.each(states)(
    'with SQLSTATE %s is answered without a word of what the database said',
    async (state) => {
      logged.length = 0
      const reply = await failing.get<{ code: string }>(`/v1/failing?state=${state}`)
      const isPassing = /^(08|40|53|57)/.test(state)
      expect({ status: reply.status, code: reply.body.code }).toEqual(
        isPassing ? { status: 503, code: 'upstream.unavailable' } : { status: 500, code: 'internal' },
      )
      expect(reply.headers.get('retry-after')).toBe(isPassing ? '2' : null)
      // Random letters and digits may spell a state.
      const said = JSON.stringify(reply.body).replace(reply.headers.get('x-request-id')!, '')
      for (const word of [canary, state, 'files', 'pkey', 'insert', 'DETAIL', 'PL/pgSQL']) {
        expect(said).not.toContain(word)
      }
      expect(logged.join('')).toContain(state)
      expect(logged.join('')).not.toContain(canary)
    },
  )

  /** Raises what it is told to, with a row, a table and a constraint in it. */
  function failingRoute() {
    return route({
      tag: 'test',
      access: 'authenticated',
      levels: ['tenant'],
      method: 'GET',
      path: '/v1/failing',
      summary: 'Fails',
      query: Strict({ state: Type.String({ pattern: '^\\w{5}$' }) }),
      responses: { 200: 'empty' },
      handle: async ({ scope, query }) => {
        await app.db.tenant(scope, (tx) =>
          tx.withJobsRole((execute) =>
            execute(`do $$ begin raise exception 'insert of ${canary} failed' using errcode = '${query.state}',
              detail = 'Key (name)=(${canary}) exists', hint = '${canary}', table = 'files',
              constraint = 'files_pkey', column = 'name'; end $$`),
          ),
        )
        return new Answer(200, undefined)
      },
    })
  }
})

describe('what a caller can provoke', () => {
  const long = 'y'.repeat(300)
  test.each([
    ['a slug twice', 409, () => api.post('/v1/spaces', { slug: 'default' })],
    ['a space that still has files', 409, () => deleteWithFile()],
    ['a name that is too long', 422, () => api.post('/v1/spaces', { slug: 'a', name: long })],
    ['an external id that is too long', 422, () => api.upload('a.txt', 'a', { external_id: long })],
    ['a pattern that is none', 200, () => api.get('/v1/files?name=%5B%28%2A%2B%5C')],
    ['a number beyond all types', 422, () => api.get('/v1/files?limit=99999999999999999999999999')],
    ['an id that is no id', 404, () => api.get('/v1/files/fil_00000000000000000000000000x')],
    ['a date that is none', 422, () => api.get('/v1/files?created_after=2020-13-45T99:99:99Z')],
    ['a filter on odd keys', 200, () => api.get("/v1/files?metadata.a'b%22=%27")],
  ] as const)('%s is answered in words of ours', async (_what, status, act) => {
    const reply = await act()
    expect(reply.status).toBe(status)
    const said = JSON.stringify(reply.body)
    expect(said).not.toMatch(
      /_key\b|_pkey|_fkey|_check|constraint|violat|relation|syntax|column|SQL|at \w+ \(/i,
    )
    expect(said).not.toMatch(/tenant_id_|space_id_|select |insert |update /)
  })

  async function deleteWithFile() {
    await api.post('/v1/spaces', { slug: 'full', intelligence: false })
    await api.upload('a.txt', 'a', { space: 'full' })
    return api.delete('/v1/spaces/full')
  }
})

test('no line of the log at any level holds a word of a document, a query, a name or a secret', async () => {
  logged.length = 0
  const { id } = (
    await api.upload<{ id: string }>(`${canary}.md`, `The ${canary} flies.`, {
      external_id: `${canary}-1`,
      metadata: `{"${canary}":"${canary}"}`,
    })
  ).body
  await api.post('/v1/search', { query: `${canary} "` })
  await api.post('/v1/ask', { question: `Where does the ${canary} fly?` })
  await api.get(`/v1/files?name=${canary}&metadata.${canary}=${canary}`)
  await api.get(`/v1/spaces/${canary}`)
  await api.patch(`/v1/files/${id}`, { name: `${canary}2.md` })
  await api.upload(`${canary}.pdf`, `%PDF-1.7 ${canary}`)
  const made = await api.post<{ secret: string }>('/v1/keys', { name: canary })
  await client(app.url, `${canary}${made.body.secret}`).get('/v1/me')
  await waitUntilReady(api, id)
  const text = logged.join('')
  expect(text).toContain('job done')
  for (const word of [canary, made.body.secret, key]) expect(text).not.toContain(word)
})
