import { afterAll, describe, expect, test } from 'vitest'
import { startTestApp } from '../support/app.ts'
import { readEverything, tracesOf } from '../support/read-everything.ts'
import { type Caller, callersOf, createWorld, type Customer, type Place } from '../support/world.ts'

const app = await startTestApp()
afterAll(() => app.close())
const world = await createWorld(app)
const { own, sibling, stranger } = world
const customers = [own, sibling, stranger]

/** Every key there is: of the platform, of each partner and tenant, and of both spaces of each. */
const keys = [
  ...world.callers.slice(0, 1),
  ...(await Promise.all(customers.map((customer) => callersOf(app, customer)))).flatMap((all) =>
    all.slice(1),
  ),
  ...customers.map((customer) => secondKeyOf(customer)),
].map((caller) => ({
  name: `${caller.level} key of ${caller.customer.name}, ${caller.place.space.slug}`,
  caller,
}))

function secondKeyOf(customer: Customer): Caller {
  const { key, keyId, api } = customer.second
  return { level: 'space', key, keyId, api, customer, place: customer.second }
}

describe.each(keys)('the $name', ({ caller }) => {
  test('is shown its own, and nothing of anybody else’s, by every route that reads', async () => {
    const answers = await readEverything(world, app.routes, caller)
    const shown = answers.filter(({ status }) => status < 300).map(({ body }) => body)
    const mine = ownTraces(caller)
    // First that there is something to see: a check that passes on empty answers proves nothing.
    for (const trace of mine) expect(shown.join('\n'), trace).toContain(trace)

    const theirs = foreignTraces(caller)
    expect(theirs.length).toBeGreaterThan(caller.level === 'platform' ? 20 : 25)
    const leaks = answers.flatMap(({ what, body }) =>
      theirs.filter((trace) => body.includes(trace)).map((trace) => `${trace} in the answer to ${what}`),
    )
    expect(leaks).toEqual([])
  })

  test('counts and scores no file but those it may read', async () => {
    const may = placesOf(caller).length
    const reply = await caller.api.post<{ total: number; results: { score: number }[] }>('/v1/search', {
      query: 'delivery insured breakage',
      spaces: '*',
    })
    const isLetIn = caller.level === 'tenant' || caller.level === 'space'
    expect(reply.status).toBe(isLetIn ? 200 : 403)
    expect(reply.body.total).toBe(isLetIn ? may : undefined)
  })
})

/** The places whose content a key may read. */
function placesOf({ level, customer, place }: Caller): Place[] {
  if (level === 'space') return [place]
  return level === 'tenant' ? [customer.first, customer.second] : []
}

function ownTraces(caller: Caller): string[] {
  const { level, customer } = caller
  if (level === 'space' || level === 'tenant') {
    return [...tracesOf(customer, placesOf(caller)).content, customer.tenant.id]
  }
  const reach = customers.filter(({ partner }) => level === 'platform' || partner.id === customer.partner.id)
  return reach.flatMap(({ tenant, partner }) => [tenant.id, tenant.keyId, partner.id])
}

function foreignTraces(caller: Caller): string[] {
  const { level, customer } = caller
  return customers.flatMap((other) => {
    const may = other === customer ? placesOf(caller) : []
    const hidden = [other.first, other.second].filter((place) => !may.includes(place))
    const { content, records } = tracesOf(other, hidden)
    const isBelow = level === 'platform' || (level === 'partner' && other.partner.id === customer.partner.id)
    if (isBelow) return content
    return [...content, ...records.filter((trace) => !isOwnRecord(caller, trace))]
  })
}

/** What a tenant may know of itself and of its partner: the ids. */
function isOwnRecord({ level, customer }: Caller, trace: string): boolean {
  const { tenant, partner, name } = customer
  return (
    [tenant.id, `"${name}"`, partner.id].includes(trace) || (level === 'tenant' && trace === tenant.keyId)
  )
}
