import type { Route } from '../routes/route-table.ts'
import { type Answered, exchange, type Sample } from '../server/exchange.ts'
import { labelsOf } from './labels.ts'
import { type Caller, callersOf, type Customer, customersOf, type Place, type World } from './world.ts'

/** A request that reads, of a route and what it is called with. */
export type Reading = { route: Route; sample: Sample }

/** Every key there is: of the platform, of each partner and tenant, and of both spaces of each. */
export function everyCaller(world: World): Caller[] {
  const above = callersOf(world, world.own).filter(({ level }) => level === 'platform')
  const below = customersOf(world).flatMap((customer) => [
    ...callersOf(world, customer).filter(({ level }) => level !== 'platform'),
    ...callersOf(world, customer, customer.second).filter(({ level }) => level === 'space'),
  ])
  return [...above, ...below]
}

/** A caller in a report: its level, whose it is, and its key's id. */
export function callerInWords({ level, customer, keyId }: Caller): string {
  return `${level} key ${keyId}${level === 'platform' ? '' : ` of ${customer.name}`}`
}

export function readingInWords({ route, sample }: Reading): string {
  return Object.keys(sample).length === 0 ? route.name : `${route.name} ${JSON.stringify(sample)}`
}

export function read(world: World, caller: Caller, { route, sample }: Reading): Promise<Answered> {
  return exchange(world.server, caller.key, route, sample)
}

/** Everything that a key can ask to read: every reading route, for the things of everybody. */
export function everyReading(world: World, routes: Route[], caller: Caller): Reading[] {
  return routes
    .filter(isReading)
    .flatMap((route) => samplesFor(world, route, caller).map((sample) => ({ route, sample })))
}

/** Shows also that somebody read, or how far what is sent has come, so that it is another each time. */
export const showsReadings = ({ route }: Reading) => /^\/v1\/(events|audit)|\/deliveries$/.test(route.path)

const searching = ['POST /v1/search', 'POST /v1/ask']
export const isReading = ({ access, method, name }: Route) =>
  access !== 'public' && (method === 'GET' || searching.includes(name))

function samplesFor(world: World, route: Route, { level }: Caller): Sample[] {
  const customers = customersOf(world)
  const places = customers.flatMap(({ first, second }) => [first, second])
  const words = [...places.map(({ marker }) => marker), world.run.commonWords]
  const files = places.map(({ file }) => file.id)
  if (route.path === '/v1/search') {
    const query = world.run.commonWords
    return [
      ...words.flatMap((word) => [
        { body: { query: word, spaces: '*', limit: 100, mode: 'text' } },
        { body: { query: word } },
        { body: { query: word, files, spaces: '*', group_by_file: true, mode: 'text' } },
      ]),
      ...places.flatMap(({ file, folder, chunk }) => [
        { body: { query, spaces: '*', folders: [folder.id], mode: 'text' } },
        { body: { query, spaces: '*', filter: { any: [{ folders: [folder.id] }] }, facets: ['folder'] } },
        { body: { query, spaces: '*', filter: { metadata: { team: labelsOf(file).team } } } },
        { body: { query, spaces: '*', filter: { not: { files: [file.id] } }, context: 1 } },
        { body: { like: { file: file.id }, spaces: '*' } },
        { body: { like: { chunk: chunk.id }, spaces: '*', mode: 'text' } },
      ]),
      {
        body: {
          query,
          spaces: '*',
          facets: ['type', 'origin', 'space', 'folder', 'metadata.team'],
          limit: 1,
        },
      },
    ]
  }
  if (route.path === '/v1/ask') {
    return words.map((word) => ({ body: { question: `What is ${word}?`, spaces: '*' } }))
  }
  if (route.path === '/v1/search/suggestions') {
    return [...words, ...places.map(({ file }) => file.name)].flatMap((word) => [
      { query: { q: word.slice(0, -3), spaces: '*', limit: 20 } },
      { query: { q: word.slice(0, -3) } },
    ])
  }
  if (route.path.includes('{number}')) return files.map((id) => ({ params: { id, number: '1' } }))
  if (route.path.includes('{id}')) return idsFor(route, customers, places).map((id) => ({ params: { id } }))
  if (route.path === '/v1/files') {
    const spaces = ['*', ...places.map(({ space }) => space.id)].map((space) => ({
      query: { space, limit: 200 },
    }))
    const named = places.map(({ file }) => ({
      query: { space: '*', external_id: labelsOf(file).externalId },
    }))
    const within = places.flatMap(({ folder }) => [
      { query: { folder: folder.id } },
      { query: { folder: folder.id, recursive: true, space: '*' } },
    ])
    return [...spaces, ...named, ...within, { query: { space: '*', folder: '/', trashed: true } }]
  }
  if (route.path === '/v1/folders') {
    return [
      { query: { space: '*', limit: 200 } },
      ...places.flatMap(({ folder, space }) => [
        { query: { space: space.id, path: folder.name } },
        { query: { parent: folder.id } },
      ]),
    ]
  }
  if (route.path === '/v1/access/explain') {
    return customers.flatMap(({ people, first }) => [
      { query: { user: people.user.id, space: first.space.id } },
      { query: { user: people.user.id, file: first.file.id } },
    ])
  }
  if (route.path === '/v1/events/poll') return [{ query: { after: 0, limit: 200, wait: 0 } }]
  if (route.path === '/v1/events/stream') return [{ query: { after: 0, count: 200, wait: 0 } }]
  if (route.path === '/v1/events' || (route.path === '/v1/audit' && level !== 'platform'))
    return ['newest', 'oldest'].map((order) => ({ query: { limit: 200, order } }))
  // A platform key asks for nothing that is not the check's own.
  if (level === 'platform' && route.path === '/v1/tenants') {
    return customers.map(({ partner }) => ({ query: { partner: partner.id } }))
  }
  return [{ query: 'limit' in route.fields.query ? { limit: level === 'platform' ? 1 : 200 } : {} }]
}

/** Ids and, where they do as well, slugs. */
function idsFor({ path }: Route, customers: Customer[], places: Place[]): string[] {
  if (path.startsWith('/v1/partners')) return both(customers.map(({ partner }) => partner))
  if (/^\/v1\/(keyring\/)?tenants/.test(path)) return both(customers.map(({ tenant }) => tenant))
  if (path.startsWith('/v1/spaces')) return both(places.map(({ space }) => space))
  if (path.startsWith('/v1/keys')) {
    return [...customers.flatMap(({ partner, tenant }) => [partner, tenant]), ...places].flatMap(
      ({ keyId }) => keyId ?? [],
    )
  }
  const kind = /^\/v1\/(?:portal\/)?(user|group|role|grant|invitation|token)s\//.exec(path)?.[1]
  if (kind) return both(customers.map(({ people }) => people[kind as keyof Customer['people']]))
  if (path.startsWith('/v1/folders')) return places.map(({ folder }) => folder.id)
  if (path.startsWith('/v1/webhooks')) return places.map(({ webhook }) => webhook.id)
  if (path.startsWith('/v1/alerts')) return places.map(({ alert }) => alert.id)
  if (path.startsWith('/v1/chunks')) return places.map(({ chunk }) => chunk.id)
  return places.map(({ file }) => file.id)
}

const both = (records: { id: string; slug?: string }[]) =>
  records.flatMap(({ id, slug }) => [id, ...(slug ? [slug] : [])])
