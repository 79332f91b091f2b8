import type { ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { afterAll, describe, expect, test } from 'vitest'
import { createTenant, freshDatabase, startTestApp, until } from '../support/app.ts'
import {
  came,
  type Endpoint,
  folders,
  headersOf,
  useWebhooks,
  webhookDelays,
  webhookSettings,
} from '../support/webhooks.ts'

const app = await startTestApp({ settings: webhookSettings, webhookDelays })
afterAll(() => app.close())
const { api } = await createTenant(app, { slug: 'acme' })
const globex = await createTenant(app, { slug: 'globex' })
const { receive, createWebhook, readWebhook, deliveriesOf, settled, makeFolder } = useWebhooks(api)

describe('a receiver that', () => {
  test('fails is sent the same message again, with the same id', async () => {
    let calls = 0
    const { url, messages } = await receive((_request, response) =>
      response.writeHead(++calls < 3 ? 503 : 200).end(calls < 3 ? 'later' : 'taken'),
    )
    const { id, secret } = await createWebhook({ url, ...folders })
    await makeFolder('insisted')
    expect((await settled(id))[0]).toMatchObject({
      state: 'delivered',
      attempts: 3,
      status: 200,
      failure: null,
      answer: 'taken',
    })
    expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(messages.map(({ body }) => body)).size).toBe(1)
    for (const message of messages) new Webhook(secret).verify(message.body, headersOf(message))
  })

  test('takes nothing for a whole schedule is disabled, and says so; enabled, it is told what happens from then on', async () => {
    let status = 500
    const { url, messages } = await receive((_request, response) => response.writeHead(status).end('no'))
    const { id } = await createWebhook({ url, ...folders })
    await makeFolder('unheard')
    expect((await settled(id))[0]).toMatchObject({
      state: 'failed',
      attempts: 4,
      status: 500,
      failure: 'status',
      answer: 'no',
    })
    expect(await readWebhook(id)).toMatchObject({ status: 'disabled', disabled_reason: 'failing' })
    const told = await api.get<{ data: object[] }>('/v1/events?type=webhook.disabled&limit=1')
    expect(told.body.data).toMatchObject([
      { subject: { id }, data: { reason: 'failing' }, actor: { type: 'job' } },
    ])
    await makeFolder('while disabled')
    expect((await api.post(`/v1/webhooks/${id}/replay`, { events: [1] })).status).toBe(409)
    status = 200
    expect((await api.post<Endpoint>(`/v1/webhooks/${id}/enable`)).body).toMatchObject({ status: 'active' })
    await makeFolder('heard')
    await came(messages, 5)
    expect(messages[4]?.event).toMatchObject({ subject: { name: 'heard' } })
  })

  test('is gone is disabled at once', async () => {
    const { url, messages } = await receive((_request, response) => response.writeHead(410).end())
    const { id } = await createWebhook({ url, ...folders })
    await makeFolder('too late')
    expect((await settled(id))[0]).toMatchObject({ state: 'failed', attempts: 1, failure: 'gone' })
    expect(await readWebhook(id)).toMatchObject({ status: 'disabled', disabled_reason: 'gone' })
    expect(messages).toHaveLength(1)
  })

  test('sends elsewhere is not followed', async () => {
    const inside = await receive()
    const { url } = await receive((_request, response) =>
      response.writeHead(307, { location: inside.url }).end(),
    )
    const { id } = await createWebhook({ url, ...folders })
    expect((await api.post(`/v1/webhooks/${id}/test`)).body).toMatchObject({
      is_delivered: false,
      status: 307,
      failure: 'redirect',
    })
    expect(inside.messages).toEqual([])
  })

  test('answers without end is read to what is kept, and let go', async () => {
    const closed = Promise.withResolvers<void>()
    const { url } = await receive((request, response) => {
      request.socket.once('close', () => closed.resolve())
      const pour = () => {
        while (response.writable && response.write('x'.repeat(10_000)));
      }
      response.on('drain', pour)
      pour()
    })
    const { id } = await createWebhook({ url, ...folders })
    const { body } = await api.post<{ answer: string }>(`/v1/webhooks/${id}/test`)
    expect(body).toMatchObject({ is_delivered: true, answer: 'x'.repeat(1024) })
    await closed.promise
  })

  test('never answers is given up after fifteen seconds, and holds up no other tenant', async () => {
    const slow = await receive(() => {})
    const quick = await receive()
    const { id } = await createWebhook({ url: slow.url, ...folders })
    await createWebhook({ url: quick.url, ...folders }, globex.api)
    for (let i = 0; i < 8; i++) await makeFolder(`slow ${i}`)
    await came(slow.messages, 2)
    const started = performance.now()
    await makeFolder('quick', globex.api)
    await came(quick.messages, 1)
    expect(performance.now() - started).toBeLessThan(10_000)
    const tested = await api.post<{ took_ms: number }>(`/v1/webhooks/${id}/test`)
    expect(tested.body).toMatchObject({ is_delivered: false, status: null, failure: 'timeout' })
    expect(tested.body.took_ms).toBeGreaterThan(14_000)
  })
})

test('addresses of many tenants that answer no more hold up none that answers', async () => {
  // More than there are calls under way at a time, each of a tenant of its own.
  const dead = 13
  const calls = new Map<string, number>()
  const hanging = new Set<ServerResponse>()
  let ended = 0
  const { url } = await receive(({ url: path = '' }, response) => {
    const count = (calls.get(path) ?? 0) + 1
    calls.set(path, count)
    if (count <= 3) return void response.writeHead(500).end()
    hanging.add(response)
    response.once('close', () => ended++)
  })
  const quick = await receive()
  await createWebhook({ url: quick.url, ...folders }, globex.api)
  for (let i = 0; i < dead; i++) {
    const tenant = await createTenant(app, { slug: `dead-${i}` })
    await createWebhook({ url: `${url}/${i}`, ...folders }, tenant.api)
    await makeFolder('unheard', tenant.api)
  }
  await until('twelve hang', async () => hanging.size >= 12 || undefined)
  await makeFolder('heard at once', globex.api)
  await came(quick.messages, 1)
  expect(ended).toBe(0)
})

test('a tenant waits for four tests at a time, and others are tested meanwhile', async () => {
  const silent = new Set<ServerResponse>()
  const slow = await receive((_request, response) => void silent.add(response))
  const quick = await receive()
  const { id } = await createWebhook({ url: slow.url, ...folders })
  const other = await createWebhook({ url: quick.url, ...folders }, globex.api)
  const ask = () => api.post(`/v1/webhooks/${id}/test`)
  const waiting = [1, 2, 3, 4].map(ask)
  await until('four wait', async () => silent.size === 4 || undefined)
  expect(await ask()).toMatchObject({ status: 429, body: { code: 'webhooks.too_many_tests' } })
  expect((await globex.api.post(`/v1/webhooks/${other.id}/test`)).body).toMatchObject({ is_delivered: true })
  for (const response of silent) response.writeHead(204).end()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  const again = ask()
  await until('one waits', async () => silent.size === 5 || undefined)
  for (const response of silent) if (!response.writableEnded) response.writeHead(204).end()
  expect((await again).status).toBe(200)
})

describe('a replay', () => {
  test('sends events again as new messages, by their ids or since a time, of what it is told', async () => {
    const { url, messages } = await receive()
    const { id } = await createWebhook({ url, ...folders })
    const since = new Date().toISOString()
    await makeFolder('first')
    await makeFolder('second')
    await came(messages, 2)
    const ids = messages.map(({ event }) => event.id)
    const replay = (body: object) => api.post<{ events: number }>(`/v1/webhooks/${id}/replay`, body)
    // The first event of all made the tenant, and it is not told of that.
    expect(await replay({ events: [1, ids[0]] })).toMatchObject({ status: 202, body: { events: 1 } })
    await came(messages, 3)
    expect(await replay({ since })).toMatchObject({ status: 202, body: { events: 2 } })
    await came(messages, 5)
    const sorted = (numbers: (number | undefined)[]) => numbers.map(Number).sort((a, b) => a - b)
    expect(sorted(messages.map(({ event }) => event.id))).toEqual(sorted([...ids, ...ids, ids[0]]))
    expect(new Set(messages.map(({ headers }) => headers['webhook-id'])).size).toBe(5)
    for (const body of [{}, { since, events: ids }, { events: [] }])
      expect((await replay(body)).status).toBe(422)
    expect((await deliveriesOf(id, '?state=failed')).length).toBe(0)
  })
})

test('what a process that was killed has left is sent by the next one, once', async () => {
  const database = await freshDatabase()
  const { url, messages } = await receive()
  // Without a worker deliveries are made and not sent; without either, not even made.
  const first = await startTestApp({ database, settings: webhookSettings, worker: false })
  try {
    const reply = await first.tenant.post<Endpoint>('/v1/webhooks', { url, ...folders })
    expect(reply.status).toBe(201)
    await makeFolder('left', first.tenant)
  } finally {
    await first.close()
  }
  expect(messages).toEqual([])
  const second = await startTestApp({ database, settings: webhookSettings, webhookDelays })
  try {
    await came(messages, 1)
    await makeFolder('new', second.tenant)
    await came(messages, 2)
    expect(messages.map(({ event }) => event)).toMatchObject([
      { subject: { name: 'left' } },
      { subject: { name: 'new' } },
    ])
  } finally {
    await second.close()
    await database.drop()
  }
})
