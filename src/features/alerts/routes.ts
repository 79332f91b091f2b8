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
import { deleteAlert, updateAlert } from './change-alert.ts'
import { type AlertDeps, createAlert } from './create-alert.ts'
import { presentAlert } from './present.ts'
import { type AlertRow, getAlert, listAlerts } from './queries.ts'
import { Alert, AlertChange, NewAlert } from './schemas.ts'

/** Whoever may have events sent elsewhere may say which there are to be. */
const common = { tag: 'alerts', access: 'webhooks:manage', levels: ['tenant'] } as const

export function alertRoutes(deps: AlertDeps): Route[] {
  const { db } = deps
  return [
    route({
      ...common,
      method: 'POST',
      path: '/v1/alerts',
      records: ['alert.created'],
      summary: 'Have an event recorded when so much of something has happened',
      description:
        'What happens from now on counts. The event is `alert.raised`, for the feed, the stream and webhooks.',
      body: NewAlert,
      responses: { 201: Alert },
      handle: async ({ scope, body }) =>
        new Answer(201, presentAlert(scope, await createAlert(scope, body, deps))),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/alerts',
      summary: 'List alerts',
      query: Strict(pageQuery),
      responses: { 200: Page(Alert) },
      handle: ({ scope, query }) =>
        db.tenant(scope, async (tx) => {
          const rows = await listAlerts(tx, readPage(query))
          const show = (row: AlertRow) => presentAlert(scope, row)
          return pageOf(rows, query.limit, show, (row) => ({ at: row.created_at, id: row.id }))
        }),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/alerts/{id}',
      summary: 'Get an alert',
      params: IdParams,
      responses: { 200: Alert },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => presentAlert(scope, await getAlert(tx, params.id))),
    }),
    route({
      ...common,
      method: 'PATCH',
      path: '/v1/alerts/{id}',
      records: ['alert.updated'],
      summary: 'Change what an alert counts, disable it or enable it',
      description: 'It begins to count anew, unless its name alone is another.',
      params: IdParams,
      body: AlertChange,
      responses: { 200: Alert },
      handle: async ({ scope, params, body }) =>
        presentAlert(scope, await updateAlert(scope, params.id, body, deps)),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/v1/alerts/{id}',
      records: ['alert.deleted'],
      summary: 'Delete an alert',
      params: IdParams,
      responses: { 204: 'empty' },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => {
          await deleteAlert(tx, params.id)
          return new Answer(204, undefined)
        }),
    }),
  ]
}
