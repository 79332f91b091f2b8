import type { Enqueue } from '#jobs/index.ts'
import {
  Answer,
  IdParams,
  Page,
  pageOf,
  pageQuery,
  readPage,
  type Route,
  route,
  Strict,
} from '#http/index.ts'
import type { TenantTx } from '#platform/db/index.ts'
import {
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  rotateSecret,
  updateWebhook,
} from './change-webhook.ts'
import { type ChangeDeps, createWebhook } from './create-webhook.ts'
import { presentEndpoint } from './present.ts'
import { type EndpointRow, getEndpoint, listEndpoints } from './queries.ts'
import { sendingRoutes } from './sending-routes.ts'
import { NewWebhook, Rotation, Webhook, WebhookChange, WebhookWithSecret } from './schemas.ts'

export type WebhookDeps = ChangeDeps & { enqueue: Enqueue }

const common = { tag: 'webhooks', access: 'webhooks:manage', levels: ['tenant'] } as const

export function webhookRoutes(deps: WebhookDeps): Route[] {
  const { db, clock } = deps
  const present = async (tx: TenantTx, row: EndpointRow) =>
    presentEndpoint(tx.scope, row, await tx.keys(), clock.now())
  return [
    route({
      ...common,
      method: 'POST',
      path: '/v1/webhooks',
      records: ['webhook.created'],
      summary: 'Have an address of yours told what happens from now on',
      description: 'Messages are signed as Standard Webhooks says. The secret is shown this once.',
      body: NewWebhook,
      responses: { 201: WebhookWithSecret },
      handle: async ({ scope, body }) => {
        const { shown, secret } = await createWebhook(scope, body, deps, present)
        return new Answer(201, { ...shown, secret })
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/webhooks',
      summary: 'List webhooks',
      query: Strict(pageQuery),
      responses: { 200: Page(Webhook) },
      handle: ({ scope, query }) =>
        db.tenant(scope, async (tx) => {
          const keys = await tx.keys()
          const rows = await listEndpoints(tx, readPage(query))
          const show = (row: EndpointRow) => presentEndpoint(scope, row, keys, clock.now())
          return pageOf(rows, query.limit, show, (row) => ({ at: row.created_at, id: row.id }))
        }),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/webhooks/{id}',
      summary: 'Get a webhook',
      params: IdParams,
      responses: { 200: Webhook },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => present(tx, await getEndpoint(tx, params.id))),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: '/v1/webhooks/{id}',
      records: ['webhook.updated'],
      summary: 'Change the address of a webhook, or what it is told of',
      description: 'From the next message on, also for those that wait.',
      params: IdParams,
      body: WebhookChange,
      responses: { 200: Webhook },
      handle: ({ scope, params, body }) =>
        db.tenant(scope, async (tx) => present(tx, await updateWebhook(tx, params.id, body, deps))),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/v1/webhooks/{id}',
      records: ['webhook.deleted'],
      summary: 'Delete a webhook, with its deliveries',
      params: IdParams,
      responses: { 204: 'empty' },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => {
          await deleteWebhook(tx, params.id)
          return new Answer(204, undefined)
        }),
    }),
    ...stateRoutes(deps, present),
    ...sendingRoutes(deps),
  ]
}

function stateRoutes(
  deps: WebhookDeps,
  present: (tx: TenantTx, row: EndpointRow) => Promise<object>,
): Route[] {
  const { db } = deps
  const about = { ...common, method: 'POST', params: IdParams } as const
  return [
    route({
      ...about,
      path: '/v1/webhooks/{id}/rotate',
      records: ['webhook.rotated'],
      summary: 'Give a webhook another secret',
      description:
        'For a while messages carry two signatures, so that receivers can change over. The secret is shown this once.',
      body: Rotation,
      responses: { 200: WebhookWithSecret },
      handle: ({ scope, params, body }) =>
        db.tenant(scope, async (tx) => {
          const { row, secret } = await rotateSecret(tx, params.id, body.overlap_seconds, deps)
          return { ...(await present(tx, row)), secret }
        }),
    }),
    route({
      ...about,
      path: '/v1/webhooks/{id}/enable',
      records: ['webhook.enabled'],
      summary: 'Tell a webhook what happens from now on again',
      description: 'What happened meanwhile is sent by a replay.',
      responses: { 200: Webhook },
      handle: async ({ scope, params }) => {
        const row = await enableWebhook(scope, params.id, deps)
        return db.tenant(scope, (tx) => present(tx, row))
      },
    }),
    route({
      ...about,
      path: '/v1/webhooks/{id}/disable',
      records: ['webhook.disabled'],
      summary: 'Tell a webhook nothing until it is enabled',
      responses: { 200: Webhook },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => present(tx, await disableWebhook(tx, params.id, deps))),
    }),
  ]
}
