import { Answer, IdParams, Page, pageQuery, type Route, route, Strict } from '#http/index.ts'
import { groupRoutes } from './groups/routes.ts'
import { invitationRoutes } from './invitations/routes.ts'
import type { InviteDeps } from './invitations/invite.ts'
import { createKey, type Deps, inOwnTransaction, readKey, revokeKey, rotateKey } from './keys.ts'
import { roleRoutes } from './roles/routes.ts'
import { userRoutes } from './users/routes.ts'
import { presentKey, presentMe } from './present.ts'
import { listKeys } from './queries.ts'
import { Key, KeyRotation, KeyWithSecret, Me, NewKey } from './schemas.ts'

const everyLevel = ['platform', 'partner', 'tenant'] as const
const common = { tag: 'keys', access: 'keys:manage', levels: everyLevel } as const

export type AccessDeps = Deps & InviteDeps

export function accessRoutes(deps: AccessDeps): Route[] {
  return [
    ...keyRoutes(deps),
    ...userRoutes(deps),
    ...groupRoutes(deps),
    ...roleRoutes(deps),
    ...invitationRoutes(deps),
  ]
}

function keyRoutes(deps: Deps): Route[] {
  return [
    route({
      tag: 'self',
      access: 'authenticated',
      levels: everyLevel,
      method: 'GET',
      path: '/v1/me',
      summary: 'What this key is and may do',
      responses: { 200: Me },
      handle: ({ scope }) => Promise.resolve(presentMe(scope)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/v1/keys',
      records: ['key.created'],
      summary: 'Make a key',
      description:
        'Without `partner`, `tenant` or `space` the key is of your own level. Platform and partner keys may make keys of the tenants below them, which those tenants see in their list.',
      body: NewKey,
      responses: { 201: KeyWithSecret },
      handle: async ({ scope, body }) => {
        const { key, secret } = await createKey(scope, body, deps)
        return new Answer(201, { ...presentKey(key), secret })
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/keys',
      summary: 'List keys',
      query: Strict(pageQuery),
      responses: { 200: Page(Key) },
      handle: ({ scope, query }) => inOwnTransaction(scope, deps.db, (tx) => listKeys(tx, query, presentKey)),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/v1/keys/{id}',
      summary: 'Get a key',
      params: IdParams,
      responses: { 200: Key },
      handle: async ({ scope, params }) => presentKey(await readKey(scope, params.id, deps)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/v1/keys/{id}/rotate',
      records: ['key.rotated'],
      summary: 'Replace a key; the old one goes on for a stated while',
      params: IdParams,
      body: KeyRotation,
      responses: { 201: KeyWithSecret },
      handle: async ({ scope, params, body }) => {
        const { key, secret } = await rotateKey(scope, params.id, body, deps)
        return new Answer(201, { ...presentKey(key), secret })
      },
    }),
    route({
      ...common,
      method: 'DELETE',
      path: '/v1/keys/{id}',
      records: ['key.revoked'],
      summary: 'Revoke a key from the next request on',
      params: IdParams,
      responses: { 200: Key },
      handle: async ({ scope, params }) => presentKey(await revokeKey(scope, params.id, deps)),
    }),
  ]
}
