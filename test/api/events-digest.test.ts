import { afterAll, expect, test } from 'vitest'
import {
  type Api,
  client,
  createKey,
  createSpaceKey,
  createTenant,
  startTestApp,
  until,
  uploadReady,
  waitUntilReady,
} from '../support/app.ts'
import { createPerson, grant } from '../support/people.ts'

const app = await startTestApp()
afterAll(() => app.close())

type Files = { files: number; names: (string | null)[] }
type By = { who: { type: string; id: string | null; name: string | null } } & Files
type Searched = { query: string; searches: number; without_results: number }
type Digest = {
  period: { from: string; to: string }
  space_id: string | null
  words: string
  counts: Record<string, number>
  added: { files: number; by: By[] }
  changed: { files: number; by: By[] }
  removed: { files: number; by: By[] }
  failed: { files: number; reasons: ({ reason: string } & Files)[] }
  questions: { asked: number; unanswered: number }
  searches: {
    searches: number
    without_results: number
    most_searched: Searched[]
    unanswered: Searched[]
  } | null
}

const digestOf = async (api: Api, query = '') => {
  const reply = await api.get<Digest>(`/v1/events/digest${query}`)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body
}
const uploaders = ['events:read', 'files:read', 'files:write', 'files:delete']

let made = 0
const newTenant = () => createTenant(app, { slug: `digest-${++made}` })

test('tells who added, changed and removed what, newest first, and says so in words', async () => {
  const { api } = await newTenant()
  const ada = await createPerson(app, api, { name: 'Ada' })
  for (const name of ['one', 'two', 'three', 'four']) await uploadReady(ada.api, `${name}.md`, `Of ${name}.`)
  const five = await uploadReady(api, 'five.md', 'Of five.')
  await api.patch(`/v1/files/${five.id}`, { name: 'six.md' })
  await api.delete(`/v1/files/${five.id}`)
  const digest = await digestOf(api)
  expect(digest.added).toMatchObject({
    files: 5,
    by: [
      { who: { type: 'user', id: ada.id, name: 'Ada' }, files: 4 },
      { who: { type: 'key' }, files: 1, names: ['five.md'] },
    ],
  })
  expect(digest.added.by[0]?.names).toEqual(['four.md', 'three.md', 'two.md', 'one.md'])
  expect(digest.changed).toMatchObject({ files: 1, by: [{ names: ['six.md'] }] })
  expect(digest.removed).toMatchObject({ files: 1, by: [{ names: ['six.md'] }] })
  expect(digest.counts).toMatchObject({ 'file.uploaded': 5, 'file.updated': 1, 'file.trashed': 1 })
  expect(digest.words).toMatch(
    /^In the week to \d+ \w+ \d{4}, 5 files were added: 4 by Ada: “four\.md”, “three\.md”, “two\.md” and 1 more; 1 by .+: “five\.md”\. /,
  )
  expect(digest.words).toMatch(/ changed 1 file: “six\.md”\. .+ removed 1 file: “six\.md”\.$/)
})

test('another version of a file is a change of it', async () => {
  const { api } = await newTenant()
  const file = await uploadReady(api, 'plan.md', 'The first plan.', { external_id: 'plan' })
  const again = await api.upload<{ id: string }>('plan.md', 'The second plan.', {
    external_id: 'plan',
    on_conflict: 'version',
  })
  expect(again.body.id, JSON.stringify(again.body)).toBe(file.id)
  const digest = await digestOf(api, '?period=day')
  expect(digest.added).toMatchObject({ files: 1 })
  expect(digest.changed).toMatchObject({ files: 1, by: [{ names: ['plan.md'] }] })
})

test('names what could not be read with the reason, until it was read after all', async () => {
  const { api } = await newTenant()
  const torn = { external_id: 'torn' }
  const { body: file } = await api.upload<{ id: string }>('torn.pdf', '%PDF-1.7 torn', torn)
  await api.upload('broken.pdf', '%PDF-1.7 broken')
  const failed = (files: number) =>
    until(`${files} have failed`, async () => {
      const digest = await digestOf(api)
      return digest.failed.files === files ? digest : undefined
    })
  const before = await failed(2)
  const [only, ...others] = before.failed.reasons
  expect(others).toEqual([])
  expect(only?.files).toBe(2)
  expect(new Set(only?.names)).toEqual(new Set(['torn.pdf', 'broken.pdf']))
  expect(before.words).toMatch(/ 2 files could not be read: “\w+\.pdf” and “\w+\.pdf” \(\w+\)\./)
  await api.upload('torn.md', 'It is whole again.', { ...torn, on_conflict: 'version' })
  await waitUntilReady(api, file.id)
  const after = await failed(1)
  expect(after.failed.reasons).toEqual([{ reason: only?.reason, files: 1, names: ['broken.pdf'] }])
})

test('tells what is searched for where that may be asked for, as it is told there, and nothing else', async () => {
  const { api } = await newTenant()
  await api.patch('/v1/search/insight', { keeps_queries: true })
  await uploadReady(api, 'ferry.md', 'The ferry leaves at noon.')
  for (const query of ['ferry', 'ferry', 'submarine']) await api.post('/v1/search', { query })
  await api.post('/v1/ask', { question: 'When does the ferry leave?' })
  await api.post('/v1/ask', { question: 'How deep is the volcano?' })
  const digest = await until('the searches are counted', async () => {
    const found = await digestOf(api)
    return found.searches?.searches === 3 ? found : undefined
  })
  expect(digest.searches?.most_searched[0]).toEqual({ query: 'ferry', searches: 2, without_results: 0 })
  expect(digest.searches?.unanswered).toEqual([{ query: 'submarine', searches: 1, without_results: 1 }])
  expect(digest.questions).toEqual({ asked: 2, unanswered: 1 })
  expect(digest.words).toContain(
    '3 searches were made, 1 of them without a result; most searched: “ferry” (2)',
  )
  expect(digest.words).toContain('1 of 2 questions stayed without an answer.')

  const reader = client(app.url, await createKey(api, { name: 'reader', permissions: ['events:read'] }))
  expect((await reader.get('/v1/search/insight')).status).toBe(403)
  const told = await digestOf(reader)
  expect(told).toMatchObject({ searches: null, added: { files: 1 } })
  expect(JSON.stringify(told)).not.toContain('submarine')
  // Insight is of whole days up to now: another span of time would tell more than it does.
  expect((await digestOf(api, `?created_after=${digest.period.from}`)).searches).toBe(null)
})

test('without the words of searches, none is in the digest', async () => {
  const { api } = await newTenant()
  await api.post('/v1/search', { query: 'submarine' })
  const { searches } = await until('the search is counted', async () => {
    const found = await digestOf(api)
    return found.searches?.searches === 1 ? found : undefined
  })
  expect(searches).toEqual({ searches: 1, without_results: 1, most_searched: [], unanswered: [] })
})

test('a space is told of alone, and another one is nobody’s', async () => {
  const [acme, other] = [await newTenant(), await newTenant()]
  const { space, api: ofSpace } = await createSpaceKey(app, acme, { slug: 'walled' })
  await uploadReady(acme.api, 'inside.md', 'Inside.', { space: space.id })
  await uploadReady(acme.api, 'outside.md', 'Outside.')
  const ada = await createPerson(app, acme.api, { name: 'Ada' })
  await uploadReady(ada.api, 'adas.md', 'By Ada.', { space: space.id })
  expect((await digestOf(acme.api)).added.by).toMatchObject([
    { who: { type: 'key' }, names: ['outside.md', 'inside.md'] },
    { who: { id: ada.id, name: 'Ada' }, names: ['adas.md'] },
  ])
  for (const named of [space.id, space.slug]) {
    const digest = await digestOf(acme.api, `?space=${named}`)
    expect(digest).toMatchObject({ space_id: space.id, added: { files: 2 } })
    expect(JSON.stringify(digest)).toContain('inside.md')
    expect(JSON.stringify(digest)).not.toContain('outside')
  }
  const seen = await digestOf(ofSpace)
  expect(seen).toMatchObject({ space_id: null, searches: null })
  // Who may know neither the tenant’s key nor Ada does not learn that they are two.
  expect(seen.added.by).toEqual([
    { who: { type: 'key', id: null, name: null }, files: 2, names: ['adas.md', 'inside.md'] },
  ])
  expect(seen.counts).not.toHaveProperty('key.created')
  expect(JSON.stringify(seen)).not.toMatch(/outside|key of|"Ada"|usr_|key_/)
  expect(seen.words).toContain('2 files were added: “adas.md” and “inside.md”.')
  for (const query of [`?space=${space.id}`, '?space=nowhere'])
    expect(await other.api.get(`/v1/events/digest${query}`)).toMatchObject({
      status: 404,
      body: { code: 'spaces.not_found' },
    })
  expect(JSON.stringify(await digestOf(other.api))).not.toContain('inside')
})

test('who is held to files learns of these, and neither by whom nor by how many', async () => {
  const { api } = await newTenant()
  const second = client(app.url, await createKey(api, { name: 'second key' }))
  const shown = [
    await uploadReady(api, 'shown.md', 'Shown.'),
    await uploadReady(second, 'too.md', 'Shown too.'),
  ]
  await uploadReady(api, 'hidden.md', 'Hidden.')
  await api.post('/v1/roles', { slug: 'watcher', permissions: uploaders, enters_open_spaces: false })
  const guest = await createPerson(app, api, { roles: ['watcher'] })
  for (const { id } of shown) await grant(api, { user: guest.id, file: id })
  const whole = await digestOf(api)
  expect(whole.added.by.map(({ files }) => files)).toEqual([2, 1])
  expect(JSON.stringify(whole)).toContain('second key')
  const digest = await digestOf(guest.api)
  expect(digest.added).toEqual({
    files: 2,
    by: [{ who: { type: 'key', id: null, name: null }, files: 2, names: ['too.md', 'shown.md'] }],
  })
  expect(digest.counts).toEqual({ 'file.uploaded': 2, 'file.ready': 2 })
  expect(JSON.stringify(digest)).not.toMatch(/hidden|second key|key_/)
})

test('who is held to a space is told of themselves, and of users only where they may list these', async () => {
  const { api } = await newTenant()
  const { space } = await createSpaceKey(app, { api }, { slug: 'walled' })
  const held = async (slug: string, permissions: string[]) => {
    await api.post('/v1/roles', { slug, permissions, enters_open_spaces: false })
    const person = await createPerson(app, api, { name: `the ${slug}`, roles: [slug] })
    await grant(api, { user: person.id, space: space.id, permissions: ['files:read', 'files:write'] })
    return person
  }
  const [one, lister] = [await held('one', uploaders), await held('lister', [...uploaders, 'users:read'])]
  await uploadReady(one.api, 'one.md', 'By one.', { space: space.id })
  await uploadReady(lister.api, 'lister.md', 'By a lister.', { space: space.id })
  const namesFor = async (person: { api: Api }) =>
    new Set((await digestOf(person.api)).added.by.map(({ who }) => who.name))
  expect(await namesFor({ api })).toEqual(new Set(['the lister', 'the one']))
  expect(await namesFor(lister)).toEqual(new Set(['the lister', 'the one']))
  expect(await namesFor(one)).toEqual(new Set([null, 'the one']))
  expect(JSON.stringify(await digestOf(one.api))).not.toMatch(/lister"|the lister/)
})

test('who may ask for insight and is held to a part of a space is told no more than insight tells them', async () => {
  const { api } = await newTenant()
  await api.patch('/v1/search/insight', { keeps_queries: true })
  const file = await uploadReady(api, 'shown.md', 'The ferry leaves at noon.')
  await api.post('/v1/search', { query: 'ferry' })
  await until('the search is counted', async () => (await digestOf(api)).searches?.searches || undefined)
  const permissions = [...uploaders, 'spaces:manage']
  await api.post('/v1/roles', { slug: 'keeper', permissions, enters_open_spaces: false })
  const guest = await createPerson(app, api, { roles: ['keeper'] })
  await grant(api, { user: guest.id, file: file.id })
  const insight = await guest.api.get<{ searches: number; most_asked: { query: string }[] }>(
    '/v1/search/insight?days=7',
  )
  expect(insight.status).toBe(200)
  const { searches } = await digestOf(guest.api)
  expect(searches?.searches).toBe(insight.body.searches)
  expect(searches?.most_searched.map(({ query }) => query)).toEqual(
    insight.body.most_asked.map(({ query }) => query),
  )
})

test('a time without events has a digest that says so', async () => {
  const { api } = await newTenant()
  const digest = await digestOf(
    api,
    '?created_after=2020-01-01T00:00:00Z&created_before=2020-02-01T00:00:00Z',
  )
  expect(digest).toEqual({
    period: { from: '2020-01-01T00:00:00.000Z', to: '2020-02-01T00:00:00.000Z' },
    space_id: null,
    words: 'From 1 January 2020 to 1 February 2020, no files were added.',
    phrased_by: null,
    not_phrased_by: null,
    counts: {},
    added: { files: 0, by: [] },
    changed: { files: 0, by: [] },
    removed: { files: 0, by: [] },
    failed: { files: 0, reasons: [] },
    questions: { asked: 0, unanswered: 0 },
    searches: null,
  })
})

test('of a year with many who did much, no more than ten are told, with five names each', async () => {
  const { api } = await newTenant()
  const keys = await Promise.all(Array.from({ length: 12 }, (_, i) => createKey(api, { name: `key ${i}` })))
  for (const [i, key] of keys.entries())
    for (let file = 0; file < (i < 2 ? 6 : 1); file++)
      await client(app.url, key).upload(`${i}-${file}.md`, `Of ${i} and ${file}.`)
  const yearAgo = new Date(Date.now() - 365 * 24 * 3_600_000).toISOString()
  const { added, words } = await digestOf(api, `?created_after=${yearAgo}`)
  expect(added.files).toBe(22)
  expect(added.by.map(({ files, names }) => [files, names.length])).toEqual([
    [6, 5],
    [6, 5],
    ...Array.from({ length: 8 }, () => [1, 1]),
  ])
  expect(words).toContain('; and more by others.')
})

test('what is asked for has to make sense', async () => {
  const { api } = await newTenant()
  const [early, late] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z']
  for (const query of [
    'period=year',
    `period=week&created_after=${early}`,
    `created_after=${late}&created_before=${early}`,
    `created_after=${early}&created_before=${early}`,
    `created_before=${late}`,
    'created_after=2024-01-01T00:00:00Z&created_before=2026-01-01T00:00:00Z',
    'created_after=yesterday',
    'limit=5',
  ]) {
    const { status, body } = await api.get<{ code: string }>(`/v1/events/digest?${query}`)
    expect([query, status, body.code]).toEqual([query, 422, 'input.invalid'])
  }
})
