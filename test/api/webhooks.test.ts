import { type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { createLog } from '#platform/log.ts'
import { type Receiver, startReceiver } from '../../src/adapters/outside/receiver.fixture.ts'
import { type Api, createSpaceKey, createTenant, freshDatabase, startTestApp, until } from '../support/app.ts'

const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })
const settings = { BULKHEAD_OUTSIDE_ALLOW: '127.0.0.1' }
/** Four attempts, each a moment after the one before. */
const webhookDelays = [0, 200, 200, 200]
const app = await startTestApp({ log, settings, webhookDelays })
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const globex = await createTenant(app, { slug: 'globex' })
const { api } = acme

type Endpoint = { id: string; status: string; disabled_reason: string | null; secret: string; url: string }
type Delivery = {
  id: string
  event_id: number
  state: string
  attempts: number
  status: number | null
  failure: string | null
  answer: string | null
}
type Message = { headers: IncomingHttpHeaders; body: string; event: { id: number; type: string } }

const receivers: Receiver[] = []
const endpoints: [Api, string][] = []
afterEach(async () => {
  for (const [owner, id] of endpoints.splice(0)) await owner.delete(`/v1/webhooks/${id}`)
  for (const receiver of receivers.splice(0)) await receiver.close()
})

const ok: RequestListener = (_request, response) => void response.writeHead(204).end()

/** A receiver that writes down what reaches it, and answers as it is told. */
async function receive(answer: RequestListener = ok) {
  const messages: Message[] = []
  const receiver = await startReceiver((request, response) => {
    const take = async () => {
      const body = await text(request)
      messages.push({ headers: request.headers, body, event: JSON.parse(body) as Message['event'] })
      answer(request, response)
    }
    void take()
  })
  receivers.push(receiver)
  return { url: `http://127.0.0.1:${receiver.port}/hook`, messages }
}

async function createWebhook(body: Record<string, unknown>, owner = api): Promise<Endpoint> {
  const reply = await owner.post<Endpoint>('/v1/webhooks', body)
  expect(reply.status, JSON.stringify(reply.body)).toBe(201)
  endpoints.push([owner, reply.body.id])
  return reply.body
}
const readWebhook = async (id: string) => (await api.get<Endpoint>(`/v1/webhooks/${id}`)).body
const deliveriesOf = async (id: string, query = '') =>
  (await api.get<{ data: Delivery[] }>(`/v1/webhooks/${id}/deliveries${query}`)).body.data
const settled = (id: string, count = 1) =>
  until(`${count} deliveries are over`, async () => {
    const over = (await deliveriesOf(id)).filter(({ state }) => state !== 'pending')
    return over.length >= count ? over : undefined
  })
const came = (messages: Message[], count: number) =>
  until(`${count} messages have come`, async () => (messages.length >= count ? messages : undefined))
const makeFolder = async (name: string, owner = api) =>
  expect((await owner.post('/v1/folders', { name })).status).toBe(201)
const folders = { types: ['folder.*'] }
const headersOf = ({ headers }: Message) => headers as Record<string, string>

test('a message carries the event as the feed has it, and a signature that others verify', async () => {
  const { url, messages } = await receive()
  const { id, secret } = await createWebhook({ url, ...folders })
  await makeFolder('signed')
  const [message] = (await came(messages, 1)) as [Message]
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(new Webhook(secret).verify(message.body, headersOf(message))).toEqual(message.event)
  for (const verifier of [new Webhook(secret), new SvixWebhook(secret)]) {
    expect(() => verifier.verify(message.body, headersOf(message))).not.toThrow()
    expect(() => verifier.verify(`${message.body} `, headersOf(message))).toThrow(/signature/i)
  }
  const feed = await api.get<{ data: object[] }>(`/v1/events?type=folder.created&limit=1`)
  expect(message.event).toEqual(feed.body.data[0])
  const [delivery] = await settled(id)
  expect(delivery).toMatchObject({
    id: message.headers['webhook-id'],
    event_id: message.event.id,
    state: 'delivered',
    attempts: 1,
    status: 204,
    failure: null,
  })
  expect(delivery?.id).toMatch(/^msg_/)
})

describe('of what happens', () => {
  test('types and spaces are told that it asks for, and without any all but readings and refusals', async () => {
    const [some, all] = [await receive(), await receive()]
    const other = await createSpaceKey(app, acme, { slug: 'elsewhere' })
    await createWebhook({ url: some.url, types: ['folder.created', 'key.*'], spaces: ['elsewhere'] })
    await createWebhook({ url: all.url })
    await api.get('/v1/files/fil_00000000000000000000000000')
    await api.post('/v1/search', { query: 'anything' })
    await makeFolder('here')
    await makeFolder('there', other.api)
    await came(some.messages, 1)
    const types = () => all.messages.map(({ event }) => event.type).sort()
    await until('all have come', async () => types().length >= 3 || undefined)
    expect(some.messages.map(({ event }) => event)).toMatchObject([
      { type: 'folder.created', space_id: other.space.id },
    ])
    expect(types()).toEqual(['folder.created', 'folder.created', 'webhook.created'].slice(0))
  })

  test('nothing is told of a stranger or, to a space, of another space', async () => {
    const [own, foreign] = [await receive(), await receive()]
    const space = await createSpaceKey(app, acme, { slug: 'walled' })
    const hook = await createWebhook({ url: own.url, ...folders }, space.api)
    await createWebhook({ url: foreign.url, ...folders }, globex.api)
    await makeFolder('of the tenant')
    await makeFolder('of the space', space.api)
    await came(own.messages, 1)
    await makeFolder('of the stranger', globex.api)
    await came(foreign.messages, 1)
    expect(own.messages.map(({ event }) => event)).toMatchObject([
      { space_id: space.space.id, subject: { name: 'of the space' } },
    ])
    expect(foreign.messages.map(({ event }) => event)).toMatchObject([
      { tenant_id: globex.tenant.id, subject: { name: 'of the stranger' } },
    ])
    const beside = await createSpaceKey(app, acme, { slug: 'beside' })
    for (const other of [globex.api, beside.api]) {
      expect((await other.get(`/v1/webhooks/${hook.id}`)).status).toBe(404)
      expect((await other.post(`/v1/webhooks/${hook.id}/test`)).status).toBe(404)
      expect((await other.get(`/v1/webhooks/${hook.id}/deliveries`)).status).toBe(404)
    }
    expect((await space.api.post('/v1/webhooks', { url: own.url, space: 'default' })).status).toBe(404)
  })

  test('a space is not told which key of the tenant made one in it', async () => {
    const space = await createSpaceKey(app, acme, { slug: 'not-told' })
    const { url } = await receive()
    const [own, given] = [
      await createWebhook({ url }, space.api),
      await createWebhook({ url, space: 'not-told' }),
    ]
    const isKey = expect.stringMatching(/^key_/)
    const makers = async (of: Api) =>
      (await of.get<{ data: { id: string; created_by: string | null }[] }>('/v1/webhooks')).body.data
        .filter(({ id }) => id === own.id || id === given.id)
        .map(({ created_by: maker }) => maker)
    expect(await makers(api)).toEqual([isKey, isKey])
    expect(await makers(space.api)).toEqual([isKey, null])
  })

  test('no list of spaces means all of them', async () => {
    const { url } = await receive()
    for (const spaces of [[], [''], ['*'], null])
      expect([404, 422], JSON.stringify(spaces)).toContain(
        (await api.post('/v1/webhooks', { url, spaces })).status,
      )
    const { id } = await createWebhook({ url, spaces: ['default'] })
    expect((await api.patch(`/v1/webhooks/${id}`, { spaces: [] })).status).toBe(422)
  })

  test('a type that no event has is a mistake', async () => {
    for (const types of [['file.upload'], ['files.*'], ['fil.*']]) {
      const reply = await api.post('/v1/webhooks', { url: 'https://a.example/', types })
      expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'types.0' }] } })
    }
  })
})

describe('an address', () => {
  test.each([
    'http://receiver.example/',
    'http://10.0.0.1/',
    'ftp://127.0.0.1/',
    'https://user:word@receiver.example/',
    'https:/receiver.example',
    'nothing',
  ])('%s is refused at once', async (url) => {
    const reply = await api.post('/v1/webhooks', { url })
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: 'url' }] } })
  })

  test('that is not public is never called, by a test or by what happens', async () => {
    for (const url of [
      'https://127.0.0.2/',
      'https://169.254.169.254/',
      'https://localhost/',
      'https://10.1/',
    ]) {
      const { id } = await createWebhook({ url, ...folders })
      const tested = await api.post(`/v1/webhooks/${id}/test`)
      expect(tested).toMatchObject({
        status: 200,
        body: { is_delivered: false, status: null, failure: 'refused', answer: null },
      })
    }
    await makeFolder('refused')
    const [, id = ''] = endpoints[0] ?? []
    expect((await settled(id))[0]).toMatchObject({ state: 'failed', attempts: 4, failure: 'refused' })
  })

  test('is in no log, no job and no event, and neither is the secret', async () => {
    const { url, messages } = await receive()
    const token = 'hushhush4711'
    const { id, secret } = await createWebhook({ url: `${url}?token=${token}`, ...folders })
    const rotated = await api.post<Endpoint>(`/v1/webhooks/${id}/rotate`, {})
    await api.patch(`/v1/webhooks/${id}`, { url: `${url}/other?token=${token}` })
    await makeFolder('quiet')
    await came(messages, 1)
    await settled(id)
    const { rows } = await app.db.system('run-jobs', (tx) =>
      tx.execute('select data, output from pgboss.job'),
    )
    const events = await api.get<{ data: unknown[] }>('/v1/audit?limit=200')
    const told = JSON.stringify([rows, lines, events.body])
    expect(told).toContain('webhook.rotated')
    expect(told).toContain('"url":"http://127.0.0.1')
    for (const hidden of [token, secret, rotated.body.secret]) expect(told).not.toContain(hidden)
  })
})

test('a new secret signs at once, and the one before it for as long as was said', async () => {
  const { url, messages } = await receive()
  const { id, secret: before } = await createWebhook({ url, ...folders })
  const rotate = async (overlap_seconds: number) =>
    (await api.post<Endpoint>(`/v1/webhooks/${id}/rotate`, { overlap_seconds })).body.secret
  const after = await rotate(60)
  await makeFolder('both')
  const [both] = (await came(messages, 1)) as [Message]
  expect(String(both.headers['webhook-signature']).split(' ')).toHaveLength(2)
  for (const secret of [before, after])
    expect(new Webhook(secret).verify(both.body, headersOf(both))).toEqual(both.event)
  const last = await rotate(0)
  await makeFolder('one')
  const [, one] = (await came(messages, 2)) as [Message, Message]
  expect(String(one.headers['webhook-signature']).split(' ')).toHaveLength(1)
  expect(new Webhook(last).verify(one.body, headersOf(one))).toEqual(one.event)
  expect(() => new Webhook(after).verify(one.body, headersOf(one))).toThrow(/signature/i)
})

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
    expect((await api.post<Endpoint>(`/v1/webhooks/${id}/enable`)).body.status).toBe('active')
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
  const first = await startTestApp({ database, settings, worker: false })
  try {
    const reply = await first.tenant.post<Endpoint>('/v1/webhooks', { url, ...folders })
    expect(reply.status).toBe(201)
    await makeFolder('left', first.tenant)
  } finally {
    await first.close()
  }
  expect(messages).toEqual([])
  const second = await startTestApp({ database, settings, webhookDelays })
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
