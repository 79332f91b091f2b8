import { afterAll, describe, expect, test } from 'vitest'
import { encodeCursor } from '#http/index.ts'
import { randomIds } from '#platform/ids.ts'
import { startTestApp } from '../support/app.ts'
import { createWorld } from '../support/world.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { own, sibling, stranger } = await createWorld(app)
const { first, second, tenant } = own

type Page = { data: { id: string }[]; next_cursor: string | null }
type Found = { total: number; results: { file_id: string; space_id: string }[] }

const filesOf = (reply: { body: Found }) => reply.body.results.map(({ file_id }) => file_id).sort()
const query = 'delivery insured'

describe('a key of one space', () => {
  test('means its space where it says nothing and where it says everything', async () => {
    for (const spaces of [undefined, '*', [first.space.id], ['default']]) {
      const found = await first.api.post<Found>('/v1/search', { query, ...(spaces ? { spaces } : {}) })
      expect(filesOf(found)).toEqual([first.file.id])
      expect(found.body.total).toBe(1)
    }
    for (const space of ['', '?space=*', '?space=default']) {
      const { body } = await first.api.get<Page>(`/v1/files${space}`)
      expect(body.data.map(({ id }) => id)).toEqual([first.file.id])
    }
  })

  test('gets nothing at all when one of several names is not its own', async () => {
    for (const other of [
      second.space.id,
      second.space.slug,
      sibling.first.space.id,
      stranger.first.space.id,
    ]) {
      const spaces = [first.space.id, other]
      const reply = await first.api.post('/v1/search', { query, spaces })
      expect(reply).toMatchObject({ status: 404, body: { code: 'spaces.not_found' } })
      const question = 'What is every delivery insured against?'
      expect((await first.api.post('/v1/ask', { question, spaces })).status).toBe(404)
    }
  })
})

describe('whatever a tenant key sends', () => {
  test('“everything” is everything of the tenant', async () => {
    const found = await tenant.api.post<Found>('/v1/search', { query, spaces: '*' })
    expect(filesOf(found)).toEqual([first.file.id, second.file.id].sort())
    expect(found.body.total).toBe(2)
  })

  test.each([[[]], [['']], [['*']], [null], [{}], ['all'], [[null]], ['']])(
    'spaces as %j does not mean everything',
    async (spaces) => {
      expect([404, 422]).toContain((await tenant.api.post('/v1/search', { query, spaces })).status)
    },
  )

  test.each([
    'space=',
    'space=%20',
    'space=default&space=*',
    'space[]=*',
    'space=all',
    'space=**',
    'space=%25',
  ])('a list with ?%s does not mean everything', async (search) => {
    expect([404, 422]).toContain((await tenant.api.get(`/v1/files?${search}`)).status)
  })

  test('files of others in a list of files are as if they were not named', async () => {
    const files = [first.file.id, stranger.first.file.id, sibling.first.file.id]
    expect(filesOf(await tenant.api.post<Found>('/v1/search', { query, files }))).toEqual([first.file.id])
    const none = await tenant.api.post<Found>('/v1/search', { query, files: files.slice(1) })
    expect(none.body).toMatchObject({ results: [], total: 0 })
  })

  test('the identity of another in a filter finds nothing', async () => {
    const { body } = await tenant.api.get<Page>('/v1/files?space=*&external_id=cedar-one-external')
    expect(body.data).toEqual([])
    const filter = { metadata: { team: 'cedar-one-team' } }
    const found = await tenant.api.post<Found>('/v1/search', { query, spaces: '*', filter })
    expect(found.body).toMatchObject({ results: [], total: 0 })
  })

  test('headers and cookies that name another change nothing', async () => {
    const id = stranger.tenant.id
    const headers = {
      'x-tenant-id': id,
      'x-bulkhead-tenant': id,
      'x-space': stranger.first.space.id,
      'x-forwarded-user': stranger.tenant.keyId,
      'x-http-method-override': 'DELETE',
      cookie: `tenant=${id}; key=${stranger.tenant.key}; session=${stranger.tenant.key}`,
    }
    const plain = await tenant.api.get('/v1/files')
    expect((await tenant.api.get('/v1/files', { headers })).body).toEqual(plain.body)
    expect((await tenant.api.get('/v1/me', { headers })).body).toMatchObject({ tenant_id: tenant.id })
  })

  test('two keys in one request open what the first opens, or nothing', async () => {
    const authorization = `Bearer ${tenant.key}, Bearer ${stranger.tenant.key}`
    expect((await app.tenant.send('GET', '/v1/me', { headers: { authorization } })).status).toBe(401)
  })

  test('a cursor from another tenant is a place in time and shows own rows alone', async () => {
    const theirs = await app.platform.get<Page>('/v1/tenants?limit=1')
    const forged = encodeCursor({ at: new Date(0), id: randomIds.uuid() })
    for (const cursor of [theirs.body.next_cursor, forged]) {
      const { body } = await tenant.api.get<Page>(`/v1/spaces?cursor=${cursor}`)
      const spaces = [first.space.id, second.space.id]
      expect(spaces).toEqual(expect.arrayContaining(body.data.map(({ id }) => id)))
    }
    const { body } = await tenant.api.get<Page>(`/v1/spaces?cursor=${forged}`)
    expect(body.data).toHaveLength(2)
  })
})
