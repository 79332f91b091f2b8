import { afterAll, expect, test } from 'vitest'
import { type Api, createSpaceKey, createTenant, startTestApp, uploadReady } from '../support/app.ts'
import { follow } from '../support/follow.ts'
import { createPerson, grant } from '../support/people.ts'

const app = await startTestApp()
afterAll(() => app.close())

type Event = {
  id: number
  type: string
  tenant_id: string
  space_id: string | null
  file_id: string | null
  subject: { type: string; id: string; name: string | null }
  actor: { type: string; id: string | null; name: string | null }
  acting_as: { id: string; name: string | null } | null
  outcome: string
  data: Record<string, unknown>
  created_at: string
}
type Feed = { data: Event[]; next_cursor: string | null }

const eventsOf = async (api: Api, query = '') => {
  const reply = await api.get<Feed>(`/v1/events?limit=200&order=oldest${query}`)
  expect(reply.status).toBe(200)
  return reply.body.data
}
const typesOf = async (api: Api, query = '') => (await eventsOf(api, query)).map(({ type }) => type)

let made = 0
const newTenant = () => createTenant(app, { slug: `events-${++made}` })

test('what a tenant does is in its feed once it is answered, numbered from one without gaps', async () => {
  const { api, tenant } = await newTenant()
  const file = await uploadReady(api, 'one.md', 'The ferry leaves at noon.')
  await api.patch(`/v1/files/${file.id}`, { name: 'two.md' })
  await api.post('/v1/search', { query: 'ferry' })
  await api.get(`/v1/files/${file.id}/text`)
  await api.delete(`/v1/files/${file.id}`)
  const events = await eventsOf(api)
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1))
  expect(events.every(({ tenant_id: id }) => id === tenant.id)).toBe(true)
  // Readings are told a moment later than what is changed meanwhile.
  const inTime = events.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.id - b.id)
  expect(inTime.map(({ type }) => type)).toEqual([
    'tenant.created',
    'key.created',
    'file.uploaded',
    'file.ready',
    'file.updated',
    'search.performed',
    'file.viewed',
    'file.trashed',
  ])
  expect(events.find(({ type }) => type === 'file.updated')).toMatchObject({
    subject: { type: 'file', id: file.id, name: 'two.md' },
    file_id: file.id,
    data: { before: { name: 'one.md' }, after: { name: 'two.md' } },
    outcome: 'done',
  })
})

test('what was refused or failed has no effect and no event of one', async () => {
  const { api } = await newTenant()
  await api.post('/v1/spaces', { slug: 'twice' })
  const before = await eventsOf(api)
  expect((await api.post('/v1/spaces', { slug: 'twice' })).status).toBe(409)
  expect(await eventsOf(api)).toEqual(before)
})

test('a refusal is told with its route and code, and nothing of what was asked for', async () => {
  const { api } = await newTenant()
  const strange = await uploadReady(app.tenant, 'strange.md', 'Somebody else’s.')
  expect((await api.get(`/v1/files/${strange.id}`)).status).toBe(404)
  const [refused] = await eventsOf(api, '&type=request.refused')
  expect(refused).toMatchObject({
    subject: { type: 'route', id: 'GET /v1/files/{id}' },
    outcome: 'refused',
    data: { status: 404, code: 'files.not_found' },
  })
  expect(JSON.stringify(refused)).not.toContain(strange.id)
})

test('filters narrow by type, space, file, actor, user, time and words', async () => {
  const { api } = await newTenant()
  const { body: space } = await api.post<{ id: string }>('/v1/spaces', {
    slug: 'second',
    name: 'Second 100%',
  })
  const inSecond = await uploadReady(api, 'ledger.md', 'Of the second space.', { space: space.id })
  const inFirst = await uploadReady(api, 'minutes.md', 'Of the default space.')
  expect(await typesOf(api, '&type=file.*')).toEqual([
    'file.uploaded',
    'file.ready',
    'file.uploaded',
    'file.ready',
  ])
  expect(await typesOf(api, '&type=space.created,key.created')).toEqual(['key.created', 'space.created'])
  expect(await typesOf(api, '&space=second')).toEqual(['space.created', 'file.uploaded', 'file.ready'])
  expect(await typesOf(api, `&file=${inFirst.id}`)).toEqual(['file.uploaded', 'file.ready'])
  expect(await typesOf(api, '&q=LEDGER upload')).toEqual(['file.uploaded'])
  expect(await typesOf(api, `&q=${encodeURIComponent('100%')}`)).toEqual(['space.created'])
  expect(await typesOf(api, '&q=100_')).toEqual([])
  const [uploaded] = await eventsOf(api, `&file=${inSecond.id}`)
  expect(await typesOf(api, `&after=${uploaded?.id}&type=file.*`)).toEqual([
    'file.ready',
    'file.uploaded',
    'file.ready',
  ])
  expect(await typesOf(api, `&actor=${uploaded?.actor.id}&type=file.*`)).toEqual([
    'file.uploaded',
    'file.uploaded',
  ])
  expect(await typesOf(api, '&created_before=2020-01-01T00:00:00Z')).toEqual([])
  expect((await api.get('/v1/events?type=file')).status).toBe(422)
  expect((await api.get('/v1/events?space=nowhere')).status).toBe(404)
})

test('page by page, newest or oldest first, every event comes once', async () => {
  const { api } = await newTenant()
  for (let i = 0; i < 7; i++) await api.post('/v1/spaces', { slug: `s${i}` })
  for (const order of ['newest', 'oldest']) {
    const ids: number[] = []
    for (let cursor = ''; ;) {
      const { body } = await api.get<Feed>(`/v1/events?limit=2&order=${order}${cursor}`)
      ids.push(...body.data.map(({ id }) => id))
      if (body.next_cursor === null) break
      cursor = `&cursor=${body.next_cursor}`
    }
    const up = order === 'oldest' ? ids : ids.toReversed()
    expect(up).toEqual(up.map((_, i) => i + 1))
    expect(up).toHaveLength(9)
  }
})

test('who sees a space, or a file, sees what happens there and nothing else', async () => {
  const { api } = await newTenant()
  const { space, api: ofSpace } = await createSpaceKey(app, { api }, { slug: 'walled' })
  const inside = await uploadReady(api, 'inside.md', 'Inside of the wall.', { space: space.id })
  const other = await uploadReady(api, 'other.md', 'Beside it.', { space: space.id })
  const outside = await uploadReady(api, 'outside.md', 'Outside of the wall.')
  const seen = await eventsOf(ofSpace)
  expect(seen.map(({ file_id: file }) => file)).toEqual(expect.arrayContaining([inside.id, other.id]))
  expect(JSON.stringify(seen)).not.toContain(outside.id)
  expect(new Set(seen.map(({ space_id: id }) => id))).toEqual(new Set([space.id]))
  expect((await ofSpace.get('/v1/audit')).status).toBe(403)

  await api.post('/v1/roles', {
    slug: 'watcher',
    permissions: ['events:read', 'files:read'],
    enters_open_spaces: false,
  })
  const guest = await createPerson(app, api, { roles: ['watcher'] })
  await grant(api, { user: guest.id, file: inside.id })
  const known = await eventsOf(guest.api)
  expect(known.map(({ type }) => type)).toEqual(expect.arrayContaining(['file.uploaded', 'file.ready']))
  expect(new Set(known.map(({ file_id: file }) => file))).toEqual(new Set([inside.id]))
  // Whose key it was that put it there is nothing to them, nor is there a way to ask.
  expect(known.map(({ actor }) => actor.id).filter((id) => id !== null)).toEqual([])
  const [whole] = await eventsOf(api, `&file=${inside.id}`)
  expect(whole?.actor.id).toMatch(/^key_/)
  for (const watcher of [ofSpace, guest.api]) {
    expect((await watcher.get(`/v1/events?actor=${whole?.actor.id}`)).status).toBe(404)
    expect((await watcher.get<Feed>('/v1/events?q=key')).body.data).toEqual([])
  }
})

test('who is held to a space is not told from where something came into it', async () => {
  const { api } = await newTenant()
  const { space, api: ofSpace } = await createSpaceKey(app, { api }, { slug: 'walled' })
  const file = await uploadReady(api, 'moving.md', 'It goes from one space to another.')
  await api.post(`/v1/files/${file.id}/copy`, { space: space.id })
  await api.patch(`/v1/files/${file.id}`, { space: space.id })
  const whole = await eventsOf(api, '&type=file.moved,file.copied')
  expect(whole.map(({ data }) => data)).toMatchObject([{ from: file.id }, { after: { space_id: space.id } }])
  const from = JSON.stringify(whole[1]?.data['before'])
  const elsewhere = /spc_[a-z0-9]+/.exec(from)?.[0]
  expect(elsewhere).not.toBe(space.id)
  const seen = await eventsOf(ofSpace, '&type=file.moved,file.copied')
  expect(seen.map(({ type }) => type)).toEqual(['file.copied', 'file.moved'])
  expect(JSON.stringify(seen)).not.toContain(elsewhere)
  expect(seen.map(({ data }) => data)).toEqual([{}, { before: {}, after: {} }])
})

test('a tenant is told that its partner or the platform acted, and not with which key', async () => {
  const { api, tenant } = await newTenant()
  await app.platform.post(`/v1/tenants/${tenant.id}/archive`)
  await app.platform.post(`/v1/tenants/${tenant.id}/resume`)
  const events = await eventsOf(api, '&type=tenant.*')
  expect(events.map(({ type }) => type)).toEqual(['tenant.created', 'tenant.archived', 'tenant.resumed'])
  expect(events.map(({ actor }) => actor)).toEqual(
    events.map(() => ({ type: 'platform', id: 'platform', name: 'the platform' })),
  )
})

test('a poll waits for the next event, answers with it at once, and with nothing in the end', async () => {
  const { api } = await newTenant()
  const [, last] = await eventsOf(api)
  const polled = api.get<{ data: Event[]; next_after: number }>(`/v1/events/poll?after=${last?.id}&wait=20`)
  const started = performance.now()
  await api.post('/v1/spaces', { slug: 'awaited' })
  const { body } = await polled
  expect(body.data.map(({ type }) => type)).toEqual(['space.created'])
  expect(performance.now() - started).toBeLessThan(15_000)
  const none = await api.get<{ data: Event[]; next_after: number }>(
    `/v1/events/poll?after=${body.next_after}&wait=0`,
  )
  expect(none.body).toEqual({ data: [], next_after: body.next_after })
})

test('a stream goes on where it was left, whoever wrote meanwhile', async () => {
  const { api, key } = await newTenant()
  const first = follow(app.url, key, '?after=0&count=3')
  for (let i = 0; i < 5; i++) await api.post('/v1/spaces', { slug: `streamed-${i}` })
  const seen = await first.all()
  expect(seen.map(({ id }) => id)).toEqual([1, 2, 3])
  const again = follow(app.url, key, '?wait=1', { 'last-event-id': '3' })
  await api.post('/v1/spaces', { slug: 'streamed-last' })
  const rest = await again.all()
  expect(rest.map(({ id }) => id)).toEqual([4, 5, 6, 7, 8])
  expect(rest.at(-1)).toMatchObject({ type: 'space.created', subject: { name: 'streamed-last' } })
})

test('a stream ends when its key is revoked', async () => {
  const { api } = await newTenant()
  const { body: key } = await api.post<{ id: string; secret: string }>('/v1/keys', { name: 'for a stream' })
  const stream = follow(app.url, key.secret, '?after=0')
  expect(await stream.next()).toMatchObject({ id: 1 })
  await api.delete(`/v1/keys/${key.id}`)
  await api.post('/v1/spaces', { slug: 'unseen' })
  const rest = await stream.all()
  expect(JSON.stringify(rest)).not.toContain('unseen')
  expect(stream.error()).toMatchObject({ code: 'auth.revoked', status: 401 })
})

test('readings are recorded as the tenant wants it', async () => {
  const { api } = await newTenant()
  const file = await uploadReady(api, 'read.md', 'Read by somebody.')
  const set = (records_reads: string) => api.patch('/v1/audit/settings', { records_reads })
  await set('off')
  await api.get(`/v1/files/${file.id}/content`)
  expect(await typesOf(api, '&type=file.downloaded')).toEqual([])
  await set('first')
  await api.get(`/v1/files/${file.id}/content`)
  expect(await typesOf(api, '&type=file.downloaded')).toEqual(['file.downloaded'])
  const changes = await eventsOf(api, '&type=settings.updated')
  expect(changes.map(({ data }) => data)).toEqual([
    { before: { records_reads: 'soon' }, after: { records_reads: 'off' } },
    { before: { records_reads: 'off' }, after: { records_reads: 'first' } },
  ])
})
