import { Answer, IdParams, Page, pageOf, readPage, type Route, route } from '#http/index.ts'
import { type Deps, issueToken } from './issue-token.ts'
import { presentToken } from './present.ts'
import { getToken, listTokens, revokeToken, revokeTokensOf } from './queries.ts'
import { IssuedToken, NewToken, Revocation, Revoked, Token, TokenListQuery } from './schemas.ts'

const common = { tag: 'portal', access: 'portal:issue', levels: ['tenant'] } as const

export function portalRoutes(deps: Deps): Route[] {
  const { db, clock } = deps
  return [
    route({
      ...common,
      method: 'POST',
      path: '/v1/portal/tokens',
      records: ['portal_token.issued'],
      summary: 'Issue a short-lived token for the browser of one of your own customers',
      body: NewToken,
      responses: { 201: IssuedToken },
      handle: async ({ scope, body }) => {
        const { token, secret } = await issueToken(scope, body, deps)
        return new Answer(201, { ...presentToken(token, clock.now()), secret })
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/portal/tokens',
      summary: 'List portal tokens, of everybody or of one subject',
      description: 'Ended ones are listed for thirty days.',
      query: TokenListQuery,
      responses: { 200: Page(Token) },
      handle: async ({ scope, query: { subject, ...page } }) => {
        const rows = await db.tenant(scope, (tx) => listTokens(tx, subject, readPage(page)))
        const present = (row: (typeof rows)[number]) => presentToken(row, clock.now())
        return pageOf(rows, page.limit, present, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/portal/tokens/{id}',
      summary: 'Get a portal token',
      params: IdParams,
      responses: { 200: Token },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => presentToken(await getToken(tx, params.id), clock.now())),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/v1/portal/tokens/{id}',
      records: ['portal_token.revoked'],
      summary: 'Revoke a portal token from the next request on',
      params: IdParams,
      responses: { 200: Token },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) =>
          presentToken(await revokeToken(tx, params.id, clock.now()), clock.now()),
        ),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/v1/portal/tokens/revoke',
      records: ['portal_token.revoked'],
      summary: 'Revoke all portal tokens of a subject from the next request on',
      body: Revocation,
      responses: { 200: Revoked },
      handle: ({ scope, body }) =>
        db.tenant(scope, async (tx) => ({ revoked: await revokeTokensOf(tx, body.subject, clock.now()) })),
    }),
  ]
}
