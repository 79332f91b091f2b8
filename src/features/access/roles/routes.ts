import { Type } from 'typebox'
import {
  Answer,
  IdParams,
  Name,
  Page,
  pageOf,
  pageQuery,
  readPage,
  type Route,
  route,
  Slug,
  Strict,
  Timestamp,
} from '#http/index.ts'
import { formatId } from '#platform/ids.ts'
import { Permission } from '../schemas.ts'
import { changeRole, createRole, deleteRole, type Deps } from './change.ts'
import { heldRole } from './held-role.ts'
import { getRole, listRoles, type RoleRow } from './queries.ts'

const Permissions = Type.Array(Permission, { maxItems: 100, uniqueItems: true })
const EntersOpenSpaces = Type.Boolean({
  description: 'Whether who has it is let into open spaces without a grant.',
})
const Role = Strict({
  id: Type.String(),
  slug: Slug,
  name: Name,
  built_in: Type.Boolean(),
  permissions: Permissions,
  enters_open_spaces: EntersOpenSpaces,
  created_at: Timestamp,
  updated_at: Timestamp,
})
const NewRole = Strict({
  slug: Slug,
  name: Type.Optional(Name),
  permissions: Permissions,
  enters_open_spaces: Type.Optional(EntersOpenSpaces),
})
const RoleChange = Strict({
  slug: Type.Optional(Slug),
  name: Type.Optional(Name),
  permissions: Type.Optional(Permissions),
  enters_open_spaces: Type.Optional(EntersOpenSpaces),
})

const read = { tag: 'people', access: 'users:read', levels: ['tenant'] } as const
const manage = { tag: 'people', access: 'roles:manage', levels: ['tenant'] } as const

export function roleRoutes(deps: Deps): Route[] {
  return [...readingRoutes(deps), ...changingRoutes(deps)]
}

function readingRoutes({ db }: Deps): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: '/v1/roles',
      summary: 'List roles',
      query: Strict(pageQuery),
      responses: { 200: Page(Role) },
      handle: async ({ scope, query }) => {
        const rows = await db.tenant(scope, (tx) => listRoles(tx, readPage(query)))
        return pageOf(rows, query.limit, presentRole, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: '/v1/roles/{id}',
      summary: 'Get a role by id or slug',
      params: IdParams,
      responses: { 200: Role },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => presentRole(await getRole(tx, params.id))),
    }),
  ]
}

function changingRoutes(deps: Deps): Route[] {
  return [
    route({
      ...manage,
      method: 'POST',
      path: '/v1/roles',
      records: ['role.created'],
      summary: 'Make a role',
      description: 'Of permissions that you hold yourself.',
      body: NewRole,
      responses: { 201: Role },
      handle: async ({ scope, body }) => new Answer(201, presentRole(await createRole(scope, body, deps))),
    }),
    route({
      ...manage,
      method: 'PATCH',
      path: '/v1/roles/{id}',
      records: ['role.updated'],
      summary: 'Change a role for everybody who has it',
      description: 'Built-in roles stay as they are.',
      params: IdParams,
      body: RoleChange,
      responses: { 200: Role },
      handle: async ({ scope, params, body }) => presentRole(await changeRole(scope, params.id, body, deps)),
    }),
    route({
      ...manage,
      method: 'DELETE',
      path: '/v1/roles/{id}',
      records: ['role.deleted'],
      summary: 'Delete a role; whoever had it has it no more',
      params: IdParams,
      responses: { 204: 'empty' },
      handle: async ({ scope, params }) => {
        await deleteRole(scope, params.id, deps)
        return new Answer(204, undefined)
      },
    }),
  ]
}

function presentRole(row: RoleRow) {
  const { permissions, entersOpenSpaces } = heldRole({
    id: row.id,
    slug: row.slug,
    isBuiltIn: row.is_built_in,
    permissions: row.permissions,
    entersOpenSpaces: row.enters_open_spaces,
  })
  return {
    id: formatId('rol', row.id),
    slug: row.slug,
    name: row.name,
    built_in: row.is_built_in,
    permissions: [...permissions],
    enters_open_spaces: entersOpenSpaces,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}
