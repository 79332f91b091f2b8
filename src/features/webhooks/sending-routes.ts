import { Answer, IdParams, Page, pageOf, readPage, type Route, route } from '#http/index.ts'
import { createPlaces } from '#platform/places.ts'
import { presentDelivery } from './present.ts'
import { type DeliveryRow, getEndpoint, listDeliveries } from './queries.ts'
import { replay } from './replay.ts'
import type { WebhookDeps } from './routes.ts'
import { Delivery, DeliveryQuery, Replay, Replayed, Tested } from './schemas.ts'
import { testWebhook } from './test-webhook.ts'

const about = { tag: 'webhooks', access: 'webhooks:manage', levels: ['tenant'], params: IdParams } as const

/** Of a tenant: each waits for somebody else's server. */
const testsAtOnce = 4

/** What was sent to a webhook, and sending more. */
export function sendingRoutes(deps: WebhookDeps): Route[] {
  const tests = createPlaces(testsAtOnce)
  return [
    route({
      ...about,
      method: 'POST',
      path: '/v1/webhooks/{id}/test',
      records: ['webhook.tested'],
      summary: 'Send a message of the type `webhook.test` at once, and say what came of it',
      description: 'Also to one that is disabled. It is sent once, and stands in no list.',
      responses: { 200: Tested },
      handle: ({ scope, params }) => testWebhook(scope, params.id, deps, tests),
    }),
    route({
      ...about,
      method: 'GET',
      path: '/v1/webhooks/{id}/deliveries',
      summary: 'List what was sent to a webhook, newest first',
      description: 'Those that are over are kept for thirty days.',
      query: DeliveryQuery,
      responses: { 200: Page(Delivery) },
      handle: ({ scope, params, query: { state, ...page } }) =>
        deps.db.tenant(scope, async (tx) => {
          const { id: endpoint } = await getEndpoint(tx, params.id)
          const rows = await listDeliveries(tx, { endpoint, state }, readPage(page))
          const keys = await tx.keys()
          const show = (row: DeliveryRow) => presentDelivery(row, keys)
          return pageOf(rows, page.limit, show, (row) => ({ at: row.created_at, id: row.id }))
        }),
    }),
    route({
      ...about,
      method: 'POST',
      path: '/v1/webhooks/{id}/replay',
      records: ['webhook.replayed'],
      summary: 'Send events again, those since a time or those of some ids',
      description: 'Each as a new message, with a `webhook-id` of its own.',
      body: Replay,
      responses: { 202: Replayed },
      handle: async ({ scope, params, body }) =>
        new Answer(202, { events: await replay(scope, params.id, body, deps) }),
    }),
  ]
}
