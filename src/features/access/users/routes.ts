import { Answer, IdParams, Page, pageOf, readPage, type Route, route } from '#http/index.ts'
import {
  changeUser,
  createUser,
  deactivateUser,
  deleteUser,
  type Deps,
  resumeUser,
  setRoles,
} from './change.ts'
import { presentUser } from './present.ts'
import { getUserWithRoles, listUsers } from './queries.ts'
import { readEmail } from './read-email.ts'
import { NewUser, User, UserChange, UserListQuery, UserRoles } from './schemas.ts'

const common = { tag: 'people', levels: ['tenant'] } as const
const read = { ...common, access: 'users:read' } as const
const manage = { ...common, access: 'users:manage' } as const

export function userRoutes(deps: Deps): Route[] {
  return [...readingRoutes(deps), ...changingRoutes(deps), ...statusRoutes(deps)]
}

function readingRoutes({ db }: Deps): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: '/v1/users',
      summary: 'List users',
      query: UserListQuery,
      responses: { 200: Page(User) },
      handle: async ({ scope, query }) => {
        const { external_id: externalId, status, kind } = query
        // What is no address belongs to nobody.
        const email = query.email === undefined ? undefined : (readEmail(query.email) ?? '')
        const filter = { email, externalId, status, kind }
        const rows = await db.tenant(scope, (tx) => listUsers(tx, filter, readPage(query)))
        return pageOf(rows, query.limit, presentUser, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: '/v1/users/{id}',
      summary: 'Get a user',
      params: IdParams,
      responses: { 200: User },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => presentUser(await getUserWithRoles(tx, params.id))),
    }),
  ]
}

function changingRoutes(deps: Deps): Route[] {
  return [
    route({
      ...manage,
      method: 'POST',
      path: '/v1/users',
      records: ['user.created'],
      summary: 'Create a user',
      description: 'To have a person take part by a link instead, invite them.',
      body: NewUser,
      responses: { 201: User },
      handle: async ({ scope, body }) => new Answer(201, presentUser(await createUser(scope, body, deps))),
    }),
    route({
      ...manage,
      method: 'PATCH',
      path: '/v1/users/{id}',
      records: ['user.updated'],
      summary: 'Change a user',
      params: IdParams,
      body: UserChange,
      responses: { 200: User },
      handle: async ({ scope, params, body }) => presentUser(await changeUser(scope, params.id, body, deps)),
    }),
    route({
      ...manage,
      method: 'PUT',
      path: '/v1/users/{id}/roles',
      records: ['user.roles_updated'],
      summary: 'Say which roles a user has',
      description: 'Nobody gives a role that holds more than they have. Owners are made by owners.',
      params: IdParams,
      body: UserRoles,
      responses: { 200: User },
      handle: async ({ scope, params, body }) =>
        presentUser(await setRoles(scope, params.id, body.roles, deps)),
    }),
    route({
      ...manage,
      method: 'DELETE',
      path: '/v1/users/{id}',
      records: ['user.deleted'],
      summary: 'Delete a user with their keys, grants and memberships',
      params: IdParams,
      responses: { 204: 'empty' },
      handle: async ({ scope, params }) => {
        await deleteUser(scope, params.id, deps)
        return new Answer(204, undefined)
      },
    }),
  ]
}

function statusRoutes(deps: Deps): Route[] {
  return [
    route({
      ...manage,
      method: 'POST',
      path: '/v1/users/{id}/deactivate',
      records: ['user.deactivated'],
      summary: 'End all use of a user from the next request on: keys that act for them, links they sent',
      params: IdParams,
      responses: { 200: User },
      handle: async ({ scope, params }) => presentUser(await deactivateUser(scope, params.id, deps)),
    }),
    route({
      ...manage,
      method: 'POST',
      path: '/v1/users/{id}/resume',
      records: ['user.resumed'],
      summary: 'Undo a deactivation',
      params: IdParams,
      responses: { 200: User },
      handle: async ({ scope, params }) => presentUser(await resumeUser(scope, params.id, deps)),
    }),
  ]
}
