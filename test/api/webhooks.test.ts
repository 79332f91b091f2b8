import { Webhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { afterAll, describe, expect, test } from 'vitest'
import { createLog } from '#platform/log.ts'
import { type Api, createSpaceKey, createTenant, startTestApp, until } from '../support/app.ts'
import {
  came,
  type Endpoint,
  folders,
  headersOf,
  type Message,
  useWebhooks,
  webhookDelays,
  webhookSettings,
} from '../support/webhooks.ts'

const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })
const app = await startTestApp({ log, settings: webhookSettings, webhookDelays })
afterAll(() => app.close())
const acme = await createTenant(app, { slug: 'acme' })
const globex = await createTenant(app, { slug: 'globex' })
const { api } = acme
const { receive, createWebhook, settled, makeFolder } = useWebhooks(api)

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
    const made: string[] = []
    for (const url of [
      'https://127.0.0.2/',
      'https://169.254.169.254/',
      'https://localhost/',
      'https://10.1/',
    ]) {
      const { id } = await createWebhook({ url, ...folders })
      made.push(id)
      const tested = await api.post(`/v1/webhooks/${id}/test`)
      expect(tested).toMatchObject({
        status: 200,
        body: { is_delivered: false, status: null, failure: 'refused', answer: null },
      })
    }
    await makeFolder('refused')
    expect((await settled(made[0] ?? ''))[0]).toMatchObject({
      state: 'failed',
      attempts: 4,
      failure: 'refused',
    })
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
