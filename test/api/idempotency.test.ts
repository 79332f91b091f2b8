import { afterAll, expect, test } from 'vitest'
import {
  client,
  createKey,
  createSpaceKey,
  createTenant,
  startTestApp,
  until,
  uploadReady,
} from '../support/app.ts'

let now = new Date()
const app = await startTestApp({ clock: { now: () => now } })
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const globex = await createTenant(app, { slug: 'globex' })

type Made = { id: string; code?: string }
const named = (name: string) => ({ headers: { 'idempotency-key': name } })
const makeFolder = (name: string, key: string, api = acme.api) =>
  api.post<Made>('/v1/folders', { name }, named(key))
const upload = (text: string, key: string, api = acme.api, fields: Record<string, string> = {}) => {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.append(field, value)
  form.append('file', new Blob([text]), 'once.txt')
  return api.send<Made>('POST', '/v1/files', { body: form, ...named(key) })
}
const countFiles = async (api = acme.api) =>
  (await api.get<{ data: unknown[] }>('/v1/files?name=once&limit=200')).body.data.length

test('the same request under one name is carried out once and answered alike', async () => {
  const first = await makeFolder('one', 'a')
  const again = await makeFolder('one', 'a')
  expect(first.status).toBe(201)
  expect(again).toMatchObject({ status: 201, body: first.body })
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect((await makeFolder('one', 'b')).status).toBe(409)
})

test('a form is the same whatever parts it, and another one to the byte is not', async () => {
  const first = await upload('same text', 'form')
  expect(await upload('same text', 'form')).toMatchObject({ status: 201, body: { id: first.body.id } })
  for (const other of [
    await upload('same texT', 'form'),
    await upload('same text', 'form', acme.api, { origin: 'crm' }),
    await makeFolder('two', 'form'),
  ])
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency.reused' } })
  expect(await countFiles()).toBe(1)
})

test('of many at once one is carried out, and the others are told to wait or get its answer', async () => {
  const before = await countFiles()
  const replies = await Promise.all(Array.from({ length: 20 }, () => upload('crowd', 'crowd')))
  const made = replies.filter(({ status }) => status === 201)
  const waiting = replies.filter(({ status }) => status === 409)
  expect(made.length + waiting.length).toBe(20)
  expect(new Set(made.map(({ body }) => body.id)).size).toBe(1)
  for (const { body, headers } of waiting) {
    expect(body.code).toBe('idempotency.running')
    expect(headers.get('retry-after')).toBe('1')
  }
  expect(await countFiles()).toBe(before + 1)
})

test('a name belongs to one credential: another of the tenant, a space or a tenant begins anew', async () => {
  const { api: space } = await createSpaceKey(app, acme, { slug: 'apart' })
  const other = client(app.url, await createKey(acme.api, { name: 'other' }))
  const replies = [
    await makeFolder('mine', 'shared'),
    await makeFolder('mine', 'shared', globex.api),
    await makeFolder('mine', 'shared', space),
  ]
  expect(replies.map(({ status }) => status)).toEqual([201, 201, 201])
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(3)
  expect(await makeFolder('mine', 'shared', other)).toMatchObject({
    status: 409,
    body: { code: 'folders.conflict' },
  })
  expect((await makeFolder('mine', 'shared', space)).body.id).toBe(replies[2]?.body.id)
})

test('a refusal is answered again as it was, whatever has changed', async () => {
  await makeFolder('taken', 'first')
  const refused = await makeFolder('taken', 'refused')
  expect(refused.status).toBe(409)
  const [folder] = (await acme.api.get<{ data: Made[] }>('/v1/folders?path=taken')).body.data
  await acme.api.delete(`/v1/folders/${folder!.id}`)
  expect(await makeFolder('taken', 'refused')).toMatchObject({
    status: 409,
    body: { code: 'folders.conflict' },
  })
  expect((await makeFolder('taken', 'fresh')).status).toBe(201)
})

test('what a caller broke off is carried out when they come again', async () => {
  const file = await uploadReady(acme.api, 'asked.md', 'The gayalword is asked for.')
  const leaving = new AbortController()
  const body = { query: 'gayalword' }
  const first = acme.api.post('/v1/search', body, { ...named('left'), signal: leaving.signal })
  leaving.abort()
  await expect(first).rejects.toThrow('aborted')
  const found = await until('it is answered', async () => {
    const reply = await acme.api.post<{ results: { file_id: string }[] }>('/v1/search', body, named('left'))
    return reply.status === 200 ? reply.body : undefined
  })
  expect(found.results.map(({ file_id }) => file_id)).toEqual([file.id])
})

test('a name is free again after a day, and lost when the server fell over it', async () => {
  const first = await makeFolder('daily', 'daily')
  now = new Date(now.getTime() + 23 * 3600 * 1000)
  expect((await makeFolder('daily', 'daily')).body.id).toBe(first.body.id)
  now = new Date(now.getTime() + 2 * 3600 * 1000)
  expect(await makeFolder('daily', 'daily')).toMatchObject({
    status: 409,
    body: { code: 'folders.conflict' },
  })
})

test('answers are kept sealed: no word of them stands in the database', async () => {
  await acme.api.post('/v1/folders', { name: 'Sekretwort' }, named('sealed'))
  const { api } = await createSpaceKey(app, acme, { slug: 'sealed' })
  expect((await makeFolder('Sekretwort', 'sealed', api)).status).toBe(201)
  const report = await app.checkSeals()
  expect(report.findings).toEqual([])
})

test.each(['', ' '.repeat(300), 'ü'])('%j is no name of a request', async (name) => {
  const reply = await acme.api.send('POST', '/v1/folders', {
    headers: { 'idempotency-key': Buffer.from(name).toString('latin1'), 'content-type': 'application/json' },
    body: '{"name":"x"}',
  })
  expect(reply).toMatchObject({ status: 422, body: { code: 'input.invalid' } })
})

test('keys above the tenants have no such names, and are told so', async () => {
  expect(await app.platform.post('/v1/tenants', { slug: 'nope' }, named('x'))).toMatchObject({ status: 422 })
})

test('what shows a secret takes no name, is not carried out under one, and nothing of it is kept', async () => {
  const { id } = (await acme.api.post<Made>('/v1/keys', { name: 'turned' })).body
  const count = async () => (await acme.api.get<{ data: Made[] }>('/v1/keys?limit=200')).body.data.length
  const before = await count()
  for (const [path, body] of [
    ['/v1/keys', { name: 'named' }],
    [`/v1/keys/${id}/rotate`, {}],
    ['/v1/invitations', { email: 'named@example.com' }],
  ] as const)
    expect(await acme.api.post(path, body, named('secret'))).toMatchObject({
      status: 422,
      body: { code: 'input.invalid', errors: [{ path: 'Idempotency-Key' }] },
    })
  expect(await count()).toBe(before)
  expect((await makeFolder('after secrets', 'secret')).status).toBe(201)
})
