import { Answer, IdParams, Page, pageOf, readPage, type Route, route } from '#http/index.ts'
import { createGrant, deleteGrant, type Deps } from './change.ts'
import { explainAccess } from './explain.ts'
import { findTarget } from './find-target.ts'
import { presentGrant } from './present.ts'
import { getGrant, listGrants } from './queries.ts'
import { ExplainQuery, Explanation, Grant, GrantListQuery, NewGrant } from './schemas.ts'

const common = { tag: 'access', access: 'grants:manage', levels: ['tenant'] } as const

export function grantRoutes(deps: Deps): Route[] {
  const { db } = deps
  return [
    route({
      ...common,
      method: 'POST',
      path: '/v1/grants',
      records: ['grant.created'],
      summary: 'Let somebody do something in a place, or keep them from it',
      body: NewGrant,
      responses: { 201: Grant },
      handle: async ({ scope, body }) => new Answer(201, presentGrant(await createGrant(scope, body, deps))),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/grants',
      summary: 'List grants, of somebody or on a place',
      query: GrantListQuery,
      responses: { 200: Page(Grant) },
      handle: async ({ scope, query: { limit, cursor, ...named } }) => {
        const page = readPage({ limit, ...(cursor === undefined ? {} : { cursor }) })
        const rows = await db.tenant(scope, async (tx) => listGrants(tx, await findTarget(tx, named), page))
        return pageOf(rows, limit, presentGrant, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/grants/{id}',
      summary: 'Get a grant',
      params: IdParams,
      responses: { 200: Grant },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => presentGrant(await getGrant(tx, params.id))),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/v1/grants/{id}',
      records: ['grant.deleted'],
      summary: 'Take a grant away, from the next request on',
      params: IdParams,
      responses: { 204: 'empty' },
      handle: async ({ scope, params }) => {
        await deleteGrant(scope, params.id, deps)
        return new Answer(204, undefined)
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/access/explain',
      summary: 'What a user may do in a space, folder or file, and what decided so',
      query: ExplainQuery,
      responses: { 200: Explanation },
      handle: ({ scope, query }) => explainAccess(scope, query, deps),
    }),
  ]
}
