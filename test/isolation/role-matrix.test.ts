import { afterAll, describe, expect, test } from 'vitest'
import { builtInRoles } from '#features/access/roles/built-in.ts'
import { placePermissions } from '#platform/scope/index.ts'
import { isOfPlace, placesOf, withId } from '#isolation/routes/places.ts'
import { readRouteTable } from '#isolation/routes/route-table.ts'
import { sampleFor } from '#isolation/routes/samples.ts'
import { exchange } from '#isolation/server/exchange.ts'
import { createWorld } from '#isolation/world/create-world.ts'
import type { Caller } from '#isolation/world/world.ts'
import { startTestApp } from '../support/app.ts'
import { createPerson, grant } from '../support/people.ts'

const app = await startTestApp()
afterAll(() => app.close())
const world = await createWorld(app)
const { own, stranger, run } = world
const routes = (await readRouteTable(app)).routes.filter(({ levels }) => levels.includes('tenant'))
await own.tenant.api.patch(`/v1/spaces/${own.second.space.id}`, { visibility: 'restricted' })

type Role = keyof typeof builtInRoles

/** Somebody with the role who may do everything of it in the first space, and nothing in the second. */
async function callerOf(role: Role): Promise<Caller> {
  const person = await createPerson(app, own.tenant.api, { roles: [role] })
  const permissions = [...placePermissions]
  await grant(own.tenant.api, { user: person.id, space: own.first.space.id, permissions })
  const { body } = await person.api.get<{ key_id: string; permissions: string[] }>('/v1/me')
  const holder = { key: person.key, keyId: body.key_id, permissions: body.permissions, api: person.api }
  return { ...holder, level: 'tenant', run, customer: own, place: own.first }
}

const callers = await Promise.all(
  (Object.keys(builtInRoles) as Role[]).map(async (role) => ({ role, caller: await callerOf(role) })),
)

/** What a permission is held to: single places, or the tenant. */
const isHeldToPlaces = (role: Role, access: string) =>
  role !== 'owner' &&
  ((placePermissions as readonly string[]).includes(access) || (access === 'spaces:read' && role !== 'admin'))

describe.each(routes)('$name', (route) => {
  test.each(callers)('for a $role is what their role and their grants say', async ({ role, caller }) => {
    const ask = async (sample: Awaited<ReturnType<typeof sampleFor>>) =>
      (await exchange(app, caller.key, route, sample)).status
    const held: readonly string[] = builtInRoles[role].permissions
    const isHeld = route.access === 'authenticated' || held.includes(route.access)
    const sample = await sampleFor(route, isHeld ? caller : { ...caller, ...own.tenant })
    const answers = { own: await ask(sample), elsewhere: [] as number[], strangers: [] as number[] }
    for (const place of placesOf(route).places.filter(({ part }) => part === 'params')) {
      if (!isHeld || !isOfPlace(place.kind)) continue
      if (isHeldToPlaces(role, route.access))
        answers.elsewhere.push(await ask(withId(sample, place, own.second[place.kind].id)))
      answers.strangers.push(await ask(withId(sample, place, stranger.first[place.kind].id)))
    }
    const isOk = (status: number) => status < 300
    expect(isHeld ? isOk(answers.own) : answers.own === 403, `${answers.own}`).toBe(true)
    expect(answers.elsewhere.every((status) => status === 404)).toBe(true)
    expect(answers.strangers.every((status) => status === 404)).toBe(true)
  })
})
