import { afterEach, expect, test } from 'vitest'
import { randomIds } from '#platform/ids.ts'
import { createLog } from '#platform/log.ts'
import type { Permission, Scope } from '#platform/scope/index.ts'
import { mintScope } from '#platform/scope/mint.ts'
import { createMetrics } from './metrics.ts'
import { Answer, type Route, route } from './route.ts'
import { Strict } from './schemas.ts'
import { createServer } from './server.ts'
import { Type } from 'typebox'

const lines: string[] = []
const log = createLog('trace', { write: (line: string) => void lines.push(line) })
const unasked = () => Promise.reject(new Error('no request here has a name'))
const once = { begin: unasked, finish: unasked, forget: unasked }
let server: Awaited<ReturnType<typeof createServer>>
afterEach(() => server.close())

const common = { tag: 'test', method: 'GET', path: '/v1/thing', summary: 'A thing' } as const
const Thing = Strict({ name: Type.String() })

/** Asks the one route as a tenant with these permissions. */
async function ask(only: Route, permissions: Permission[], authorization = 'Bearer something') {
  lines.length = 0
  const authenticate = ({ requestId, signal }: { requestId: string; signal: AbortSignal }): Promise<Scope> =>
    Promise.resolve(
      mintScope({
        level: 'tenant',
        partnerId: randomIds.uuid(),
        tenantId: randomIds.uuid(),
        spaces: 'all',
        subject: { type: 'key', id: randomIds.uuid(), name: 'test' },
        permissions: new Set(permissions),
        requestId,
        signal,
      }),
    )
  server = await createServer({
    routes: [only],
    authenticate,
    once,
    ids: randomIds,
    log,
    metrics: createMetrics(),
  })
  return server.inject({ method: only.method, url: only.path, headers: { authorization } })
}

const thing = (body: unknown, levels: Route['levels'], access: Route['access']) =>
  route({ ...common, levels, access, responses: { 200: Thing }, handle: () => Promise.resolve(body) })

test('a route is closed to a level that it does not name, whatever the key may do', async () => {
  const closed = await ask(thing({ name: 'x' }, ['platform', 'partner'], 'authenticated'), ['files:read'])
  expect(closed.json()).toMatchObject({ status: 403, code: 'auth.forbidden' })
  await server.close()
  const open = await ask(thing({ name: 'x' }, ['tenant'], 'files:read'), ['files:read'])
  expect(open.json()).toEqual({ name: 'x' })
})

test('a route is closed to a key without its permission, of whatever level', async () => {
  const answer = await ask(thing({ name: 'x' }, ['tenant'], 'files:write'), ['files:read'])
  expect(answer.json()).toMatchObject({ status: 403, code: 'auth.forbidden' })
})

test.each(['', 'Bearer', 'Bearer ', 'bhk_x', 'Basic eDp4', 'Bearer a b'])(
  'a header that says %j presents no key',
  async (authorization) => {
    const answer = await ask(thing({ name: 'x' }, ['tenant'], 'authenticated'), [], authorization)
    expect(answer.json()).toMatchObject({ status: 401, code: 'auth.missing' })
  },
)

test.each([{ name: 'x', tenant_id: 'heron' }, { name: 5 }, {}, null, undefined])(
  'an answer that is not what the route declares is not sent: %j',
  async (body) => {
    const answer = await ask(thing(body, ['tenant'], 'authenticated'), [])
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' })
    expect(answer.body).not.toContain('heron')
    expect(lines.join('')).not.toContain('heron')
  },
)

test('a status that the route does not declare is not sent', async () => {
  const odd = thing(new Answer(202, { name: 'x' }), ['tenant'], 'authenticated')
  expect((await ask(odd, [])).json()).toMatchObject({ status: 500, code: 'internal' })
})
