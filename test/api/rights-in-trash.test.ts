import { afterAll, expect, test } from 'vitest'
import { type Api, startTestApp, uploadReady } from '../support/app.ts'
import { create, createPerson, grant } from '../support/people.ts'

const app = await startTestApp()
afterAll(() => app.close())
const { tenant } = app

type Made = { id: string }
type Page = { data: Made[] }

const working = ['files:read', 'search:query', 'files:write', 'files:delete']
const forbidden = { status: 403, body: { code: 'auth.forbidden' } }
const notFound = { status: 404, body: { code: 'files.not_found' } }
const makeFolder = (name: string, parent?: string) =>
  create<Made>(tenant, '/v1/folders', { name, ...(parent ? { parent } : {}) })
const idsOf = (page: Page) => page.data.map(({ id }) => id)
const trashOf = async (api: Api) => idsOf((await api.get<Page>('/v1/files?trashed=true')).body)

/** A member of the open space who is kept out of one folder, and what lies there. */
async function keptOut(name: string, permissions = working) {
  const person = await createPerson(app, tenant)
  const folder = await makeFolder(name)
  const inner = await makeFolder('inner', folder.id)
  const file = await uploadReady(tenant, `${name}.md`, `The ${name} word.`, { folder: inner.id })
  await grant(tenant, { user: person.id, folder: folder.id, effect: 'deny', permissions })
  return { api: person.api, user: person.id, folder, inner, file }
}

test('what lay in a folder that a member is kept out of stays hidden in the trash, and when its folders are gone', async () => {
  const { api, folder, inner, file } = await keptOut('vault')
  const open = await uploadReady(tenant, 'open.md', 'The open word.')
  for (const { id } of [file, open]) expect((await tenant.delete(`/v1/files/${id}`)).status).toBe(204)
  const isHidden = async () => {
    expect(await trashOf(tenant)).toContain(file.id)
    expect(await trashOf(api)).toEqual([open.id])
    expect(await api.post(`/v1/files/${file.id}/restore`)).toMatchObject(notFound)
    expect(await api.delete(`/v1/files/${file.id}?permanent=true`)).toMatchObject(notFound)
  }
  await isHidden()
  expect((await tenant.delete(`/v1/folders/${inner.id}`)).status).toBe(204)
  await isHidden()
  // With the folder its deny goes: the member sees all of the space from here on.
  expect((await tenant.delete(`/v1/folders/${folder.id}`)).status).toBe(204)
  await isHidden()
  expect((await tenant.post(`/v1/files/${file.id}/restore`)).status).toBe(200)
  await tenant.delete(`/v1/files/${open.id}?permanent=true`)
})

test('a grant on a file says no more of it in the trash than before', async () => {
  const { api, user, file, folder } = await keptOut('named', ['files:read', 'files:delete'])
  await grant(tenant, { user, file: file.id, effect: 'deny', permissions: ['files:write'] })
  await tenant.delete(`/v1/files/${file.id}`)
  expect(await trashOf(api)).not.toContain(file.id)
  await tenant.delete(`/v1/folders/${folder.id}?force=true`)
  expect(await trashOf(tenant)).toContain(file.id)
  expect(await trashOf(api)).not.toContain(file.id)
})

test('who is let into one folder deletes what lies there, and takes it out of the trash again', async () => {
  const { api, id: user } = await createPerson(app, tenant)
  const stranger = await createPerson(app, tenant)
  await create(tenant, '/v1/spaces', { slug: 'closed', visibility: 'restricted' })
  const folder = await create<Made>(tenant, '/v1/folders', { space: 'closed', name: 'mine' })
  const file = await uploadReady(tenant, 'mine.md', 'The minnow word.', { folder: folder.id })
  await grant(tenant, { user, folder: folder.id, permissions: working })
  expect((await api.delete(`/v1/files/${file.id}`)).status).toBe(204)
  const trashed = await api.get<Page>('/v1/files?trashed=true&space=closed')
  expect(idsOf(trashed.body)).toEqual([file.id])
  expect((await stranger.api.get('/v1/files?trashed=true&space=closed')).status).toBe(404)
  expect((await api.post(`/v1/files/${file.id}/restore`)).status).toBe(200)
  const restored = await api.get(`/v1/files/${file.id}`)
  expect(restored).toMatchObject({ status: 200, body: { status: 'ready', folder_id: folder.id } })
  expect((await api.delete(`/v1/files/${file.id}?permanent=true`)).status).toBe(204)
  expect((await tenant.get(`/v1/files/${file.id}`)).status).toBe(404)
})

test('who sees a file and may not change it is told so, wherever it lies', async () => {
  const { api, file } = await keptOut('shown', ['files:write', 'files:delete'])
  expect((await api.get(`/v1/files/${file.id}`)).status).toBe(200)
  expect(await api.delete(`/v1/files/${file.id}`)).toMatchObject(forbidden)
  expect(await api.delete(`/v1/files/${file.id}?permanent=true`)).toMatchObject(forbidden)
  const batch = await api.post<{ results: { status: number }[] }>('/v1/files/delete', { ids: [file.id] })
  expect(batch.body.results.map(({ status }) => status)).toEqual([403])
  await tenant.delete(`/v1/files/${file.id}`)
  expect(await trashOf(api)).toContain(file.id)
  expect(await api.post(`/v1/files/${file.id}/restore`)).toMatchObject(forbidden)
  expect(await api.delete(`/v1/files/${file.id}?permanent=true`)).toMatchObject(forbidden)
})

test.each([['hidden', working] as const, ['shown', ['files:write', 'files:delete']] as const])(
  'a folder around a %s one that the caller may not change is neither moved nor deleted',
  async (name, permissions) => {
    const { api, id: user } = await createPerson(app, tenant)
    const outer = await makeFolder(`around ${name}`)
    const target = await makeFolder(`for ${name}`)
    const inner = await makeFolder('kept', outer.id)
    await uploadReady(tenant, `kept-${name}.md`, 'The kept word.', { folder: inner.id })
    await grant(tenant, { user, folder: inner.id, effect: 'deny', permissions })
    expect(await api.patch(`/v1/folders/${outer.id}`, { parent: target.id })).toMatchObject(forbidden)
    expect(await api.delete(`/v1/folders/${outer.id}`)).toMatchObject(forbidden)
    expect(await api.delete(`/v1/folders/${outer.id}?force=true`)).toMatchObject(forbidden)
    expect((await api.patch(`/v1/folders/${outer.id}`, { name: `round ${name}` })).status).toBe(200)
    expect(await api.patch(`/v1/folders/${target.id}`, { parent: inner.id })).toMatchObject({
      status: name === 'hidden' ? 404 : 403,
    })
    expect((await tenant.patch(`/v1/folders/${outer.id}`, { parent: target.id })).status).toBe(200)
  },
)

test('a folder with a file that the caller may not delete stays', async () => {
  const { api, id: user } = await createPerson(app, tenant)
  const folder = await makeFolder('mixed')
  const file = await uploadReady(tenant, 'mixed.md', 'The mixed word.', { folder: folder.id })
  await grant(tenant, { user, file: file.id, effect: 'deny', permissions: working })
  expect(await api.delete(`/v1/folders/${folder.id}?force=true`)).toMatchObject(forbidden)
  expect((await tenant.get(`/v1/files/${file.id}`)).status).toBe(200)
})

test('nothing comes below a folder that the caller may not change', async () => {
  const { api, folder } = await keptOut('below', ['files:write', 'files:delete'])
  expect(await api.post('/v1/folders', { parent: folder.id, name: 'new' })).toMatchObject(forbidden)
  const upload = await api.upload('new.md', 'A text.', { folder: folder.id, path: 'new' })
  expect(upload).toMatchObject(forbidden)
  const { api: blind } = await keptOut('unseen')
  expect(await blind.post('/v1/folders', { name: 'unseen' })).toMatchObject(forbidden)
  expect((await blind.patch(`/v1/folders/${folder.id}`, { name: 'unseen' })).status).toBe(409)
})
