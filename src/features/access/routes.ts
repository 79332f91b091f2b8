import { Answer, IdParams, Page, pageQuery, type Route, route, Strict } from '#http/index.ts'
import { createKey, type Deps, inOwnTransaction, readKey, revokeKey } from './keys.ts'
import { presentKey, presentMe } from './present.ts'
import { listKeys } from './queries.ts'
import { Key, KeyWithSecret, Me, NewKey } from './schemas.ts'

const everyLevel = ['platform', 'partner', 'tenant'] as const
const common = { tag: 'keys', access: 'keys:manage', levels: everyLevel } as const

export function accessRoutes(deps: Deps): Route[] {
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
      method: 'DELETE',
      path: '/v1/keys/{id}',
      summary: 'Revoke a key from the next request on',
      params: IdParams,
      responses: { 200: Key },
      handle: async ({ scope, params }) => presentKey(await revokeKey(scope, params.id, deps)),
    }),
  ]
}
