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
import { requestOf } from '../request-of.ts'
import { presentInvitation, presentUser } from '../users/present.ts'
import { Acceptance, Invitation, NewInvitation, SentInvitation, User } from '../users/schemas.ts'
import { acceptInvitation } from './accept.ts'
import { invite, type InviteDeps } from './invite.ts'
import { getInvitation, listInvitations, revokeInvitation } from './queries.ts'

const manage = { tag: 'people', access: 'users:manage', levels: ['tenant'] } as const

export function invitationRoutes(deps: InviteDeps): Route[] {
  const { db, clock } = deps
  return [
    route({
      ...manage,
      method: 'POST',
      path: '/v1/invitations',
      records: ['invitation.created'],
      summary: 'Invite somebody by a link that works once',
      body: NewInvitation,
      responses: { 201: SentInvitation },
      handle: async ({ scope, body }) => {
        const { invitation, secret, url } = await invite(scope, body, deps)
        const shown = { sent: secret === undefined, secret: secret ?? null, url: url ?? null }
        return new Answer(201, { ...presentInvitation(invitation, clock.now()), ...shown })
      },
    }),
    route({
      ...manage,
      method: 'GET',
      path: '/v1/invitations',
      summary: 'List invitations',
      query: Strict(pageQuery),
      responses: { 200: Page(Invitation) },
      handle: async ({ scope, query }) => {
        const rows = await db.tenant(scope, (tx) => listInvitations(tx, readPage(query)))
        const present = (row: (typeof rows)[number]) => presentInvitation(row, clock.now())
        return pageOf(rows, query.limit, present, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
    route({
      ...manage,
      method: 'GET',
      path: '/v1/invitations/{id}',
      summary: 'Get an invitation',
      params: IdParams,
      responses: { 200: Invitation },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => presentInvitation(await getInvitation(tx, params.id), clock.now())),
    }),
    route({
      ...manage,
      method: 'DELETE',
      path: '/v1/invitations/{id}',
      records: ['invitation.revoked'],
      summary: 'Revoke an invitation that nobody has accepted',
      params: IdParams,
      responses: { 200: Invitation },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) =>
          presentInvitation(await revokeInvitation(tx, params.id, clock.now()), clock.now()),
        ),
    }),
    acceptRoute(deps),
  ]
}

function acceptRoute(deps: InviteDeps): Route {
  return route({
    tag: 'people',
    access: 'public',
    levels: [],
    method: 'POST',
    path: '/v1/invitations/accept',
    records: ['invitation.accepted'],
    summary: 'Become a user by the secret of an invitation',
    description:
      'The secret is the credential. One that is unknown, used, expired or revoked is answered alike.',
    body: Acceptance,
    responses: { 201: User },
    handle: async ({ body, request, signal }) => {
      const from = requestOf({
        requestId: request.id,
        signal,
        address: request.ip,
        userAgent: request.headers['user-agent'],
      })
      return new Answer(201, presentUser(await acceptInvitation({ ...body, ...from }, deps)))
    },
  })
}
