import { Type } from 'typebox'
import {
  Answer,
  ExternalId,
  IdParams,
  Name,
  Nullable,
  Page,
  pageOf,
  pageQuery,
  readPage,
  Reference,
  type Route,
  route,
  Strict,
  Timestamp,
} from '#http/index.ts'
import { formatId } from '#platform/ids.ts'
import { addMember, changeGroup, createGroup, deleteGroup, type Deps, removeMember } from './change.ts'
import { getGroup, type GroupRow, listGroups, listMembers, type MemberRow } from './queries.ts'

const Group = Strict({
  id: Type.String(),
  name: Name,
  external_id: Nullable(ExternalId),
  created_at: Timestamp,
  updated_at: Timestamp,
})
const NewGroup = Strict({ name: Name, external_id: Type.Optional(ExternalId) })
const GroupChange = Strict({
  name: Type.Optional(Name),
  external_id: Type.Optional(Nullable(ExternalId)),
})
const GroupListQuery = Strict({ ...pageQuery, external_id: Type.Optional(ExternalId) })
const MemberChoice = Strict({
  user: Type.Optional(Reference),
  group: Type.Optional(Reference),
})
const Member = Strict({
  user_id: Nullable(Type.String()),
  group_id: Nullable(Type.String({ description: 'A group whose members are in this one too.' })),
  added_at: Timestamp,
})

const read = { tag: 'people', access: 'users:read', levels: ['tenant'] } as const
const manage = { tag: 'people', access: 'users:manage', levels: ['tenant'] } as const

export function groupRoutes(deps: Deps): Route[] {
  return [...readingRoutes(deps), ...changingRoutes(deps), ...memberRoutes(deps)]
}

function readingRoutes({ db }: Deps): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: '/v1/groups',
      summary: 'List groups',
      query: GroupListQuery,
      responses: { 200: Page(Group) },
      handle: async ({ scope, query }) => {
        const rows = await db.tenant(scope, (tx) => listGroups(tx, query.external_id, readPage(query)))
        return pageOf(rows, query.limit, presentGroup, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: '/v1/groups/{id}',
      summary: 'Get a group',
      params: IdParams,
      responses: { 200: Group },
      handle: ({ scope, params }) =>
        db.tenant(scope, async (tx) => presentGroup(await getGroup(tx, params.id))),
    }),
    route({
      ...read,
      method: 'GET',
      path: '/v1/groups/{id}/members',
      summary: 'List who is in a group by themselves, users and groups',
      params: IdParams,
      query: Strict(pageQuery),
      responses: { 200: Page(Member) },
      handle: async ({ scope, params, query }) => {
        const rows = await db.tenant(scope, async (tx) => {
          const { id } = await getGroup(tx, params.id)
          return listMembers(tx, id, readPage(query))
        })
        return pageOf(rows, query.limit, presentMember, (row) => ({ at: row.created_at, id: row.id }))
      },
    }),
  ]
}

function changingRoutes(deps: Deps): Route[] {
  return [
    route({
      ...manage,
      method: 'POST',
      path: '/v1/groups',
      records: ['group.created'],
      summary: 'Make a group',
      body: NewGroup,
      responses: { 201: Group },
      handle: async ({ scope, body }) => new Answer(201, presentGroup(await createGroup(scope, body, deps))),
    }),
    route({
      ...manage,
      method: 'PATCH',
      path: '/v1/groups/{id}',
      records: ['group.updated'],
      summary: 'Change a group',
      params: IdParams,
      body: GroupChange,
      responses: { 200: Group },
      handle: async ({ scope, params, body }) =>
        presentGroup(await changeGroup(scope, params.id, body, deps)),
    }),
    route({
      ...manage,
      method: 'DELETE',
      path: '/v1/groups/{id}',
      records: ['group.deleted'],
      summary: 'Delete a group with what was granted to it; its members stay',
      params: IdParams,
      responses: { 204: 'empty' },
      handle: async ({ scope, params }) => {
        await deleteGroup(scope, params.id, deps)
        return new Answer(204, undefined)
      },
    }),
  ]
}

function memberRoutes(deps: Deps): Route[] {
  return [
    route({
      ...manage,
      method: 'POST',
      path: '/v1/groups/{id}/members',
      records: ['group.member_added'],
      summary: 'Add a user to a group, or a group with all who are in it',
      params: IdParams,
      body: MemberChoice,
      responses: { 200: Group },
      handle: async ({ scope, params, body }) => presentGroup(await addMember(scope, params.id, body, deps)),
    }),
    route({
      ...manage,
      method: 'DELETE',
      path: '/v1/groups/{id}/members',
      records: ['group.member_removed'],
      summary: 'Take a user or a group out of a group',
      params: IdParams,
      query: MemberChoice,
      responses: { 204: 'empty' },
      handle: async ({ scope, params, query }) => {
        await removeMember(scope, params.id, query, deps)
        return new Answer(204, undefined)
      },
    }),
  ]
}

function presentGroup(row: GroupRow) {
  return {
    id: formatId('grp', row.id),
    name: row.name,
    external_id: row.external_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

function presentMember(row: MemberRow) {
  return {
    user_id: row.user_id && formatId('usr', row.user_id),
    group_id: row.member_group_id && formatId('grp', row.member_group_id),
    added_at: row.created_at.toISOString(),
  }
}
