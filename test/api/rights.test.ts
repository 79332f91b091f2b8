import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, startTestApp, uploadReady } from '../support/app.ts'
import { create, createPerson, grant } from '../support/people.ts'

const app = await startTestApp()
afterAll(() => app.close())

const files: Record<string, string> = {}

/** A restricted space with two files and an open one with one. */
beforeAll(async () => {
  await create(app.tenant, '/v1/spaces', { slug: 'vault', visibility: 'restricted' })
  await create(app.tenant, '/v1/spaces', { slug: 'commons' })
  for (const [name, space, word] of [
    ['plans', 'vault', 'zeppelin'],
    ['wages', 'vault', 'quicksilver'],
    ['news', 'commons', 'marigold'],
  ] as const) {
    const text = `The annual report of ${name} mentions the ${word} and nothing else of interest.`
    files[name] = (await uploadReady(app.tenant, `${name}.md`, text, { space })).id
  }
})

type Found = { total: number; results: { file_id: string }[] }

async function seenBy(api: Api) {
  const list = await api.get<{ data: { id: string }[] }>('/v1/files?space=*')
  const search = await api.post<Found>('/v1/search', { query: 'annual report', spaces: '*' })
  const spaces = await api.get<{ data: { slug: string }[] }>('/v1/spaces')
  const single = await Promise.all(
    Object.entries(files).map(async ([name, id]) => [
      name,
      (await api.get(`/v1/files/${id}`)).status,
      (await api.get(`/v1/files/${id}/content`)).status,
      (await api.get(`/v1/files/${id}/chunks`)).status,
    ]),
  )
  const nameOf = (id: string) => Object.keys(files).find((name) => files[name] === id) ?? id
  return {
    listed: list.body.data.map(({ id }) => nameOf(id)).sort(),
    found: search.body.results.map(({ file_id }) => nameOf(file_id)).sort(),
    total: search.body.total,
    spaces: spaces.body.data.map(({ slug }) => slug).sort(),
    single,
  }
}

const only = (...names: string[]) => ({
  listed: names,
  found: names,
  total: names.length,
  single: Object.keys(files).map((name) => {
    const status = names.includes(name) ? 200 : 404
    return [name, status, status, status]
  }),
})

test('the tenant’s key sees everything', async () => {
  expect(await seenBy(app.tenant)).toMatchObject(only('news', 'plans', 'wages'))
})

test('a member is let into open spaces, and into a restricted one by nothing but a grant', async () => {
  const { api, id } = await createPerson(app, app.tenant)
  expect(await seenBy(api)).toEqual({ ...only('news'), spaces: ['commons', 'default'] })
  const granted = await grant(app.tenant, { user: id, space: 'vault' })
  expect(await seenBy(api)).toMatchObject(only('news', 'plans', 'wages'))
  await app.tenant.delete(`/v1/grants/${granted}`)
  expect(await seenBy(api)).toMatchObject(only('news'))
})

test('a guest sees the one file that a grant names, and its space', async () => {
  const { api, id } = await createPerson(app, app.tenant, { roles: ['guest'] })
  expect(await seenBy(api)).toEqual({ ...only(), spaces: [] })
  await grant(app.tenant, { user: id, file: files['plans'] })
  expect(await seenBy(api)).toEqual({ ...only('plans'), spaces: ['vault'] })
  expect((await api.get('/v1/users')).status).toBe(403)
})

test('a deny on a file is more specific than an allow on its space, and a deny wins at the same place', async () => {
  const { api, id } = await createPerson(app, app.tenant, { roles: ['guest'] })
  await grant(app.tenant, { user: id, space: 'vault' })
  await grant(app.tenant, { user: id, file: files['wages'], effect: 'deny' })
  expect(await seenBy(api)).toMatchObject(only('plans'))
  await grant(app.tenant, { user: id, file: files['wages'] })
  expect(await seenBy(api)).toMatchObject(only('plans'))
})

test('who may see and not change is told so; who may not see is told nothing', async () => {
  const { api, id } = await createPerson(app, app.tenant, { roles: ['guest'] })
  await grant(app.tenant, { user: id, file: files['plans'] })
  const change = (name: string) =>
    api.patch<{ code: string }>(`/v1/files/${files[name]}`, { name: 'mine.md' })
  expect(await change('plans')).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } })
  expect(await change('wages')).toMatchObject({ status: 404, body: { code: 'files.not_found' } })
  expect((await api.delete(`/v1/files/${files['plans']}`)).status).toBe(403)
  expect((await api.upload('new.md', 'A text.', { space: 'vault' })).status).toBe(403)
  expect((await app.tenant.get<{ name: string }>(`/v1/files/${files['plans']}`)).body.name).toBe('plans.md')
})
