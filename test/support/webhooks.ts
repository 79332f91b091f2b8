import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, expect } from 'vitest'
import { type Receiver, startReceiver } from '../../src/adapters/outside/receiver.fixture.ts'
import { type Api, until } from './app.ts'

export type Endpoint = {
  id: string
  status: string
  disabled_reason: string | null
  secret: string
  url: string
}
export type Delivery = {
  id: string
  event_id: number
  state: string
  attempts: number
  status: number | null
  failure: string | null
  answer: string | null
}
export type Message = { headers: IncomingHttpHeaders; body: string; event: { id: number; type: string } }

/** For receivers on loopback. */
export const webhookSettings = { BULKHEAD_OUTSIDE_ALLOW: '127.0.0.1' }
/** Four attempts, each a moment after the one before. */
export const webhookDelays = [0, 200, 200, 200]
export const folders = { types: ['folder.*'] }

const ok: RequestListener = (_request, response) => void response.writeHead(204).end()

/** Receivers and webhooks that end with the test that made them. @param api of whom a webhook is when nobody is named */
export function useWebhooks(api: Api) {
  const receivers: Receiver[] = []
  const endpoints: [Api, string][] = []
  afterEach(async () => {
    for (const [owner, id] of endpoints.splice(0)) await owner.delete(`/v1/webhooks/${id}`)
    for (const receiver of receivers.splice(0)) await receiver.close()
  })
  const deliveriesOf = async (id: string, query = '') =>
    (await api.get<{ data: Delivery[] }>(`/v1/webhooks/${id}/deliveries${query}`)).body.data
  return {
    /** A receiver that writes down what reaches it, and answers as it is told. */
    receive: async (answer: RequestListener = ok) => {
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
    },
    createWebhook: async (body: Record<string, unknown>, owner = api): Promise<Endpoint> => {
      const reply = await owner.post<Endpoint>('/v1/webhooks', body)
      expect(reply.status, JSON.stringify(reply.body)).toBe(201)
      endpoints.push([owner, reply.body.id])
      return reply.body
    },
    readWebhook: async (id: string) => (await api.get<Endpoint>(`/v1/webhooks/${id}`)).body,
    deliveriesOf,
    settled: (id: string, count = 1) =>
      until(`${count} deliveries are over`, async () => {
        const over = (await deliveriesOf(id)).filter(({ state }) => state !== 'pending')
        return over.length >= count ? over : undefined
      }),
    makeFolder: async (name: string, owner = api) =>
      expect((await owner.post('/v1/folders', { name })).status).toBe(201),
  }
}

export const came = (messages: Message[], count: number) =>
  until(`${count} messages have come`, async () => (messages.length >= count ? messages : undefined))

export const headersOf = ({ headers }: Message) => headers as Record<string, string>
