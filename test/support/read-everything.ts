import type { Route } from '#http/index.ts'
import { exchange } from './exchange.ts'
import { nameOf } from './samples.ts'
import type { Caller, Customer, Place, World } from './world.ts'

/** What an answer may hold of a customer: the words and names of one space, and the identities around it. */
export type Traces = { content: string[]; records: string[] }

/** Content is what only keys of the tenant may see; records are names and ids that its partner and the platform see. */
export function tracesOf({ name, tenant, partner }: Customer, places: Place[]): Traces {
  const titles = places.map(({ file }) => file.name.replace(/\.md$/, ''))
  return {
    content: places
      .flatMap(({ marker, file }) => [marker, file.id, file.name])
      .concat(titles.flatMap((title) => [`${title}-external`, `${title}-team`])),
    records: places
      .flatMap(({ space, keyId }) => [space.id, keyId, `"${space.slug}"`])
      .filter((trace) => trace !== '"default"')
      .concat([tenant.id, tenant.keyId, `"${name}"`, partner.id, partner.slug, partner.keyId]),
  }
}

/**
 * Everything that one key is answered by every reading route, asked for its own things and for those of everybody:
 * one text an answer, with the request that led to it.
 */
export async function readEverything(world: World, routes: Route[], caller: Caller) {
  const answers: { what: string; status: number; body: string }[] = []
  for (const route of routes.filter(isReading)) {
    for (const sample of samplesFor(world, route)) {
      const { status, body } = await exchange(world.app.url, caller.key, route, sample)
      answers.push({ what: `${nameOf(route)} ${JSON.stringify(sample)}`, status, body })
    }
  }
  return answers
}

const searching = ['POST /v1/search', 'POST /v1/ask']
const isReading = (route: Route) =>
  route.access !== 'public' && (route.method === 'GET' || searching.includes(nameOf(route)))

function samplesFor({ own, sibling, stranger }: World, route: Route) {
  const customers = [own, sibling, stranger]
  const places = customers.flatMap(({ first, second }) => [first, second])
  const words = [...places.map(({ marker }) => marker), 'delivery insured breakage']
  if (route.path === '/v1/search') {
    return words.flatMap((query) => [
      { body: { query, spaces: '*', limit: 100 } },
      { body: { query } },
      { body: { query, files: places.map(({ file }) => file.id), spaces: '*' } },
    ])
  }
  if (route.path === '/v1/ask') {
    return words.map((word) => ({ body: { question: `What is ${word}?`, spaces: '*' } }))
  }
  if (route.path.includes('{id}')) return idsFor(route, customers, places).map((id) => ({ params: { id } }))
  if (route.path === '/v1/files') return [{ query: { space: '*', limit: 200 } }, {}]
  return [{ query: route.query ? { limit: 200 } : {} }]
}

function idsFor({ path }: Route, customers: Customer[], places: Place[]): string[] {
  if (path.startsWith('/v1/partners')) return customers.flatMap(({ partner }) => [partner.id, partner.slug])
  if (path.startsWith('/v1/tenants')) return customers.flatMap(({ tenant }) => [tenant.id, tenant.slug])
  if (path.startsWith('/v1/spaces')) return places.flatMap(({ space }) => [space.id, space.slug])
  if (path.startsWith('/v1/keys')) {
    return [
      ...customers.flatMap(({ partner, tenant }) => [partner.keyId, tenant.keyId]),
      ...places.map((p) => p.keyId),
    ]
  }
  return places.map(({ file }) => file.id)
}
