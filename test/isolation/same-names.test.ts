import { afterAll, describe, expect, test } from 'vitest'
import { createPartner, createTenant, startTestApp, uploadReady } from '../support/app.ts'

const app = await startTestApp()
afterAll(() => app.close())
const north = await createPartner(app, { slug: 'north' })
const south = await createPartner(app, { slug: 'south' })
const a = await createTenant(app, { slug: 'a', partner: 'north' })
/** Names that begin alike, and look alike, are where a comparison by prefix or pattern would show. */
const b = await createTenant(app, { slug: 'a.a', partner: 'south' })

type File = { id: string; sha256: string; status: string }
type Found = { total: number; results: { file_id: string; score: number }[] }

/** Both of them do the same, and neither can tell that the other did it too. */
async function bothDo<Body>(act: (who: typeof a) => Promise<{ status: number; body: Body }>) {
  return [await act(a), await act(b)] as const
}

describe('what one tenant uses is free for the other', () => {
  test.each([
    ['space', '/v1/spaces', { slug: 'same', external_id: 'same', name: 'Same' }],
    ['key', '/v1/keys', { name: 'same' }],
  ])('the name of a %s', async (_what, path, body) => {
    const [first, second] = await bothDo(({ api }) => api.post(path, body))
    expect([first.status, second.status]).toEqual([201, 201])
  })

  test('the slug and external id of a tenant, between partners', async () => {
    const body = { slug: 'same', external_id: 'same' }
    const replies = [await north.api.post('/v1/tenants', body), await south.api.post('/v1/tenants', body)]
    expect(replies.map(({ status }) => status)).toEqual([201, 201])
  })

  test('the bytes, name and external id of a file: two files that know nothing of each other', async () => {
    const upload = (who: typeof a) =>
      who.api.upload<File>('same.md', 'The samewordfile.', { external_id: 'same' })
    const [first, second] = await bothDo(upload)
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.body).toMatchObject({ status: first.body.status, sha256: first.body.sha256 })
    expect(second.body.id).not.toBe(first.body.id)
    expect((await bothDo(upload)).map(({ status }) => status)).toEqual([409, 409])

    await a.api.delete(`/v1/files/${first.body.id}`)
    const kept = await b.api.get<Uint8Array>(`/v1/files/${second.body.id}/content`)
    expect(Buffer.from(kept.body).toString()).toBe('The samewordfile.')
  })
})

test('the external id of a file, between two spaces of one tenant: two files, and no third', async () => {
  await a.api.post('/v1/spaces', { slug: 'beside', intelligence: false })
  const upload = (space: string, on_conflict = 'fail') =>
    a.api.upload<File>(`${space}.md`, `Text of ${space}.`, { external_id: 'beside', space, on_conflict })
  const first = await upload('default')
  const second = await upload('beside')
  expect([first.status, second.status]).toEqual([201, 201])
  const skipped = await upload('beside', 'skip')
  expect(skipped).toMatchObject({ status: 200, body: { id: second.body.id } })
  expect((await upload('default', 'skip')).body.id).toBe(first.body.id)
})

test('scores and totals stay byte for byte what they were while a neighbour adds and deletes', async () => {
  for (let i = 0; i < 3; i++)
    await uploadReady(a.api, `a${i}.md`, `The ferryword sails at ${i}. Ferryword again.`)
  const search = async () => {
    const { body } = await a.api.post<Found>('/v1/search', { query: 'ferryword sails', spaces: '*' })
    return { total: body.total, results: body.results }
  }
  const before = await search()
  expect(before.total).toBe(3)
  const added = []
  for (let i = 0; i < 10; i++) added.push(await uploadReady(b.api, `b${i}.md`, `Ferryword sails ${i}.`))
  expect(await search()).toEqual(before)
  for (const { id } of added) await b.api.delete(`/v1/files/${id}`)
  expect(await search()).toEqual(before)
})

test('a tenant made again under an old slug is another tenant', async () => {
  const old = await createTenant(app, { slug: 'phoenix', partner: 'north' })
  await uploadReady(old.api, 'old.md', 'The ashword.')
  await north.api.patch(`/v1/tenants/${old.tenant.id}`, { slug: 'phoenix-old' })
  const young = await createTenant(app, { slug: 'phoenix', partner: 'north' })
  const found = await young.api.post<Found>('/v1/search', { query: 'ashword', spaces: '*' })
  expect(found.body.total).toBe(0)
  expect((await old.api.post<Found>('/v1/search', { query: 'ashword' })).body.total).toBe(1)
})
