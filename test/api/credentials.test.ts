import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSecret } from '#features/access/secret.ts'
import { permissionsOf } from '#platform/scope/index.ts'
import { mayCall, nameOf, sampleFor } from '#isolation/routes/samples.ts'
import { codeOf, exchange } from '#isolation/server/exchange.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import { type Caller, callersOf } from '#isolation/world/world.ts'
import { createKey, createTenant, startTestApp } from '../support/app.ts'

let aheadMs = 0
const app = await startTestApp({ clock: { now: () => new Date(Date.now() + aheadMs) } })
afterAll(() => app.close())
const world = await createWorld(app)
const { own: customer, callers } = world
const tenantCaller = callers[2]!
const protectedRoutes = app.routes.filter((route) => route.access !== 'public')

/** Keys that open nothing, with the code that says why. */
const dead: { what: string; key: string | undefined; code: string }[] = [
  { what: 'no key', key: undefined, code: 'auth.missing' },
  { what: 'text that is no key', key: 'nonsense', code: 'auth.invalid' },
  { what: 'a key with a wrong checksum', key: `${createSecret('bhk').slice(0, -1)}_`, code: 'auth.invalid' },
  { what: 'a well-formed key that nobody made', key: createSecret('bhk'), code: 'auth.invalid' },
  { what: 'a living key in other letters', key: customer.tenant.key.toLowerCase(), code: 'auth.invalid' },
]

beforeAll(async () => {
  const revoked = await customer.tenant.api.post<{ id: string; secret: string }>('/v1/keys', { name: 'gone' })
  await customer.tenant.api.delete(`/v1/keys/${revoked.body.id}`)
  dead.push({ what: 'a revoked key', key: revoked.body.secret, code: 'auth.revoked' })

  const expires_at = new Date(Date.now() + 3_600_000).toISOString()
  const expired = await createKey(customer.tenant.api, { name: 'short', expires_at })
  aheadMs = 7_200_000
  dead.push({ what: 'an expired key', key: expired, code: 'auth.expired' })

  for (const [slug, action] of [
    ['paused', 'suspend'],
    ['closed', 'archive'],
  ] as const) {
    const { tenant, key } = await createTenant(app, { slug })
    await app.platform.post(`/v1/tenants/${tenant.id}/${action}`)
    dead.push({ what: `a key of a tenant after ${action}`, key, code: 'tenancy.suspended' })
  }
  const paused = world.stranger
  await app.platform.post(`/v1/partners/${paused.partner.id}/suspend`)
  for (const { level, key } of callersOf(world, paused).slice(1)) {
    dead.push({ what: `a ${level} key of a suspended partner`, key, code: 'tenancy.suspended' })
  }
})

describe.each(protectedRoutes.map((route) => ({ name: nameOf(route), route })))('$name', ({ route }) => {
  test('refuses every key that is not alive, and says why', async () => {
    expect(dead.length).toBeGreaterThan(10)
    for (const { what, key, code } of dead) {
      const answer = await exchange(app, key, route, {})
      expect({ what, status: answer.status, code: codeOf(answer) }).toEqual({
        what,
        status: code === 'tenancy.suspended' ? 403 : 401,
        code,
      })
    }
  })

  test('refuses a key of a level that it is not for', async () => {
    for (const caller of callers.filter((one) => !mayCall(route, one))) {
      const answer = await exchange(app, caller.key, route, {})
      expect({ level: caller.level, status: answer.status, code: codeOf(answer) }).toEqual({
        level: caller.level,
        status: 403,
        code: 'auth.forbidden',
      })
    }
  })

  test('refuses a key that holds every permission but the one it needs', async () => {
    for (const caller of callers.filter((one) => mayCall(route, one))) {
      if (route.access === 'authenticated') continue
      const most = permissionsOf[caller.level].filter((permission) => permission !== route.access)
      const key = await weakerKey(caller, most)
      const refused = await exchange(app, key, route, await sampleFor(route, caller))
      expect({ status: refused.status, code: codeOf(refused) }).toEqual({
        status: 403,
        code: 'auth.forbidden',
      })
      const enough = await exchange(
        app,
        await weakerKey(caller, [route.access]),
        route,
        await sampleFor(route, caller),
      )
      // Who may give may still hold less than is asked for: that is another refusal.
      expect(codeOf(enough), enough.body).not.toBe('auth.forbidden')
    }
  })
})

test('a key is taken from the header alone', async () => {
  const { key } = tenantCaller
  for (const query of ['key', 'access_token', 'authorization', 'token']) {
    const answer = await app.platform.send('GET', `/v1/me?${query}=${key}`, {
      headers: { authorization: '' },
    })
    expect(answer.status).toBe(401)
  }
  for (const headers of [{ cookie: `key=${key}` }, { 'x-api-key': key }, { authorization: `Basic ${key}` }]) {
    const answer = await app.platform.send('GET', '/v1/me', { headers: { authorization: '', ...headers } })
    expect(answer.status).toBe(401)
  }
})

/** A key of the caller's level with these permissions, made by whoever may make one. */
function weakerKey({ level, place }: Caller, permissions: readonly string[]): Promise<string> {
  const maker =
    level === 'platform' ? app.platform : level === 'partner' ? customer.partner.api! : customer.tenant.api
  const space = level === 'space' ? { space: place.space.id } : {}
  return createKey(maker, { name: 'weaker', permissions, ...space })
}
