import { afterAll, expect, test } from 'vitest'
import {
  createKey,
  createSpaceKey,
  createTenant,
  startTestApp,
  until,
  uploadReady,
  client,
} from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })

type Space = { id: string; slug: string; status: string; name: string }
type Found = { total: number; results: { file_id: string }[] }

test('a space is found by id and slug, renamed and deleted', async () => {
  const { body } = await acme.api.post<Space>('/v1/spaces', { slug: 'drafts', external_id: 'ws|1' })
  expect(body).toMatchObject({ name: 'drafts', status: 'active', intelligence: true, external_id: 'ws|1' })
  const renamed = await acme.api.patch<Space>('/v1/spaces/drafts', { slug: 'drafts-2', name: 'Drafts' })
  expect(renamed.body).toMatchObject({ id: body.id, slug: 'drafts-2', name: 'Drafts' })
  expect((await acme.api.delete(`/v1/spaces/${body.id}`)).status).toBe(204)
  expect((await acme.api.get(`/v1/spaces/${body.id}`)).status).toBe(404)
})

test('slug and external id are unique within the tenant', async () => {
  await acme.api.post('/v1/spaces', { slug: 'one', external_id: 'x' })
  const conflict = { status: 409, body: { code: 'spaces.conflict' } }
  expect(await acme.api.post('/v1/spaces', { slug: 'one' })).toMatchObject(conflict)
  expect(await acme.api.post('/v1/spaces', { slug: 'two', external_id: 'x' })).toMatchObject(conflict)
  expect(await acme.api.patch('/v1/spaces/one', { slug: 'default' })).toMatchObject(conflict)
})

test('the default space keeps its slug and stays', async () => {
  expect((await acme.api.patch('/v1/spaces/default', { slug: 'main' })).status).toBe(409)
  expect((await acme.api.delete('/v1/spaces/default')).status).toBe(409)
  expect((await acme.api.patch<Space>('/v1/spaces/default', { name: 'Main' })).body.name).toBe('Main')
})

test('a space with files stays; emptied and made again under its slug it begins empty', async () => {
  const { space, api, key } = await createSpaceKey(app, acme, { slug: 'shelf' })
  const file = await uploadReady(api, 'note.md', 'The shelf holds a wombatbook.')
  expect(await acme.api.delete(`/v1/spaces/${space.id}`)).toMatchObject({
    status: 409,
    body: { code: 'spaces.conflict' },
  })
  await api.delete(`/v1/files/${file.id}?permanent=true`)
  expect((await acme.api.delete(`/v1/spaces/${space.id}`)).status).toBe(204)
  const again = await createSpaceKey(app, acme, { slug: 'shelf' })
  expect((await again.api.post<Found>('/v1/search', { query: 'wombatbook', mode: 'text' })).body.total).toBe(
    0,
  )
  expect((await again.api.get<{ data: [] }>('/v1/files')).body.data).toEqual([])
  for (const path of ['/v1/files', '/v1/spaces/shelf', `/v1/spaces/${again.space.id}`]) {
    expect((await client(app.url, key).get(path)).status, path).toBe(401)
  }
})

test('by force a space goes with its files and the keys that are bound to it, and with nothing else', async () => {
  const going = await createSpaceKey(app, acme, { slug: 'going' })
  const staying = await createSpaceKey(app, acme, { slug: 'staying' })
  const text = 'The narwhalword is in both.'
  const gone = await uploadReady(going.api, 'note.md', text, { external_id: 'one' })
  await going.api.upload('note.md', `${text} Twice.`, { external_id: 'one', on_conflict: 'replace' })
  await going.api.upload('waiting.md', text)
  const kept = await uploadReady(staying.api, 'note.md', text, { external_id: 'one' })
  const search = () => staying.api.post<Found>('/v1/search', { query: 'narwhalword' })
  const stays = async () => [
    (await staying.api.get(`/v1/files/${kept.id}`)).body,
    (await staying.api.get(`/v1/files/${kept.id}/content`)).body,
    (await search()).body.results,
  ]
  const before = await stays()
  expect(before[2]).toMatchObject([{ file_id: kept.id }])
  const found = await acme.api.post<Found>('/v1/search', { query: 'narwhalword', spaces: '*' })
  expect(found.body.results.map(({ file_id }) => file_id)).toContain(gone.id)

  expect((await acme.api.delete('/v1/spaces/going?force=false')).status).toBe(409)
  expect((await acme.api.delete('/v1/spaces/default?force=true')).status).toBe(409)
  expect((await staying.api.delete('/v1/spaces/going?force=true')).status).toBe(403)
  expect((await acme.api.delete('/v1/spaces/going?force=true')).status).toBe(204)
  expect(await going.api.get('/v1/me')).toMatchObject({ status: 401, body: { code: 'auth.invalid' } })
  expect((await acme.api.get(`/v1/spaces/${going.space.id}`)).status).toBe(404)
  expect((await acme.api.get(`/v1/files/${gone.id}`)).status).toBe(404)
  const after = await acme.api.post<Found>('/v1/search', { query: 'narwhalword', spaces: '*' })
  expect(after.body.results.map(({ file_id }) => file_id)).toEqual([kept.id])
  expect(await stays()).toEqual(before)
  // Also the bytes: what is stored and belongs to no file is a finding once no job is left that removes it.
  await until('its bytes are gone', async () => {
    const blobs = await app.db.system('run-jobs', ({ execute }) =>
      execute("select from pgboss.job where name = 'remove-blob' and state < 'completed'"),
    )
    return blobs.rows.length === 0 ? true : undefined
  })
  expect((await app.checkIntegrity()).findings).toEqual([])
})

test('an archived space is read and searched but takes no files until it is resumed', async () => {
  const { space, api } = await createSpaceKey(app, acme, { slug: 'closed' })
  const file = await uploadReady(api, 'note.md', 'A quokkaword is kept.')
  expect((await acme.api.post<Space>(`/v1/spaces/${space.id}/archive`)).body.status).toBe('archived')
  expect(await api.upload('more.md', 'x')).toMatchObject({ status: 409, body: { code: 'spaces.archived' } })
  expect((await api.get(`/v1/files/${file.id}/text`)).status).toBe(200)
  expect((await api.post<Found>('/v1/search', { query: 'quokkaword', mode: 'text' })).body.total).toBe(1)
  await acme.api.post(`/v1/spaces/${space.id}/resume`)
  expect((await api.upload('more.md', 'x')).status).toBe(201)
})

test('without intelligence a file is stored and not found, until it is read by hand', async () => {
  await acme.api.post('/v1/spaces', { slug: 'vault', intelligence: false })
  const api = client(app.url, await createKey(acme.api, { name: 'vault', space: 'vault' }))
  const file = await uploadReady(api, 'note.md', 'An okapiword lies here.')
  expect((await api.get(`/v1/files/${file.id}`)).body).toMatchObject({ status: 'stored', version_id: null })
  expect((await api.post<Found>('/v1/search', { query: 'okapiword', mode: 'text' })).body.total).toBe(0)
})

test('a space key sees its space and no other, by id, by slug or in the list', async () => {
  const { space, api } = await createSpaceKey(app, acme, { slug: 'cell' })
  expect((await api.get<{ data: Space[] }>('/v1/spaces')).body.data.map(({ id }) => id)).toEqual([space.id])
  const other = (await acme.api.get<Space>('/v1/spaces/default')).body
  expect((await api.get(`/v1/spaces/${space.slug}`)).status).toBe(200)
  for (const reference of [other.id, 'default']) {
    expect((await api.get(`/v1/spaces/${reference}`)).status).toBe(404)
    expect((await api.get(`/v1/files?space=${reference}`)).status).toBe(404)
    expect((await api.upload('a.txt', 'a', { space: reference })).status).toBe(404)
  }
})
