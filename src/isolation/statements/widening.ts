import { type IdPlace, meansNone, placesOf, withValue } from '../routes/places.ts'
import type { Route } from '../routes/route-table.ts'
import { hasSample, mayCall, sampleFor } from '../routes/samples.ts'
import { createReference, differenceFrom } from '../server/compare-answers.ts'
import { type Answered, exchange, type Sample } from '../server/exchange.ts'
import type { Given, Probe, Statement } from '../statement.ts'
import { callerInWords, isReading } from '../world/readings.ts'
import { findTrace, foreignTraces } from '../world/traces.ts'
import type { Caller, World } from '../world/world.ts'

/** What a careless server may take for “everything”. */
const wide = ['', ' ', '%', '**', 'all', 'null', [], [''], ['*'], [null], null, {}, 0, true]
/** In an address everything is text, and can stand there twice. */
const wideQueries = ['', ' ', '%', '**', 'all', 'null', ['default', '*'], ['*', '*']]

/** Values that are absent, empty, repeated or mean everything never open more than the key does. */
export const wideningStatement: Statement = {
  id: 'widening',
  proves: ['I13'],
  title:
    'What a request names can narrow what its key may read, and never widen it: fields left out, empty, repeated or wild, headers, cookies, cursors.',
  async *examine(given) {
    for (const caller of given.world.callers) {
      for (const route of given.routes) yield await fieldProbes(given, route, caller)
      yield await headerProbes(given, caller)
      yield await cursorProbes(given, caller)
      yield await searchCursorProbes(given, caller)
    }
  },
  expectedProbes: ({ world, routes }) =>
    routes.flatMap((route) => placesOf(route).places).length * world.callers.length * 10,
}

async function fieldProbes({ world }: Given, route: Route, caller: Caller): Promise<Probe[]> {
  const places = placesOf(route).places.filter(({ part }) => part !== 'params')
  if (places.length === 0 || !hasSample(route) || !mayCall(route, caller)) return []
  const plain = await sampleFor(route, caller)
  const ask = (sample: Sample, place: IdPlace, value: unknown) => ({
    request: `${callerInWords(caller)}: ${route.name} ${place.part}.${place.name} = ${JSON.stringify(value) ?? 'left out'}`,
    ask: () => exchange(world.server, caller.key, route, withValue(sample, place, value)),
  })
  const probes = places.map(async (place) => {
    const sample = place.name.startsWith('like.') ? await sampleFor(route, caller, place) : plain
    const judgeOf = (value: unknown) => (meansNone(place, value) ? narrow : refused)
    const values = place.part === 'body' ? wide : wideQueries
    return [
      ...values.map((value) => judgeOf(value)(world, caller, ask(sample, place, value))),
      // What makes something would make it elsewhere when it does not hear where.
      ...(isReading(route) ? [undefined, '*'] : []).map((value) =>
        narrow(world, caller, ask(sample, place, value)),
      ),
    ]
  })
  return (await Promise.all(probes)).flat()
}

type Question = { request: string; ask: () => Promise<Answered> }

/** Nothing of anybody else in the answer, and no accident. */
function narrow(world: World, caller: Caller, { request, ask }: Question): Probe {
  const traces = foreignTraces(world, caller)
  return { request, run: async () => problemOf(await ask(), traces) }
}

/** Said to be wrong, or found to name nothing. */
function refused(world: World, caller: Caller, { request, ask }: Question): Probe {
  const traces = foreignTraces(world, caller)
  return {
    request,
    run: async () => {
      const answer = await ask()
      const isRefused = answer.status === 404 || answer.status === 422 || isEmpty(answer)
      return problemOf(answer, traces) ?? (isRefused ? undefined : `was answered with ${answer.status}`)
    },
  }
}

function problemOf({ status, body }: Answered, traces: string[]): string | undefined {
  const trace = findTrace(body, traces)
  if (trace !== undefined) return `the answer holds ${trace}`
  return status >= 500 ? `was answered with ${status}` : undefined
}

function isEmpty({ status, body }: Answered): boolean {
  if (status !== 200) return false
  const found: { total?: number; refused?: boolean; results?: { status?: number }[] } = JSON.parse(body)
  // One by one, as if each had been named alone.
  const { results = [] } = found
  const isNoneFound = results.length > 0 && results.every(({ status: one }) => one === 404)
  return found.total === 0 || found.refused === true || isNoneFound
}

/** Another answer after each question, of whomever: also that it was asked is in it. */
const countsQuestions = /^\/metrics$|^\/v1\/audit\/(head|verify|export)$/

/** Headers and cookies that name another change nothing, to the byte; a second key opens nothing. */
async function headerProbes({ world, routes }: Given, caller: Caller): Promise<Probe[]> {
  const { stranger, server } = world
  const { id, slug, key, keyId } = stranger.tenant
  const headers = {
    'x-tenant-id': id,
    'x-bulkhead-tenant': id,
    'x-organization': slug,
    'x-space': stranger.first.space.id,
    'x-forwarded-user': keyId,
    'x-original-url': `/v1/tenants/${id}`,
    'x-http-method-override': 'DELETE',
    cookie: `tenant=${id}; key=${key}; session=${key}`,
  }
  const plain: { route: Route; sample: Sample }[] = []
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    if (hasSample(route) && mayCall(route, caller) && !countsQuestions.test(route.path)) {
      plain.push({ route, sample: await sampleFor(route, caller) })
    }
  }
  const changeless = plain.map(({ route, sample }) => ({
    request: `${callerInWords(caller)}: ${route.name} with headers and cookies that name ${id}`,
    run: async () => {
      const plainly = await createReference(() => exchange(server, caller.key, route, sample))
      return differenceFrom(plainly, () => exchange(server, caller.key, route, sample, { headers }))
    },
  }))
  const both = { authorization: `Bearer ${caller.key}, Bearer ${key}` }
  const me = { method: 'GET', path: '/v1/me' }
  return [
    ...changeless,
    {
      request: `${callerInWords(caller)}: GET /v1/me with two keys`,
      run: async () => {
        const { status, body } = await exchange(server, caller.key, me, {}, { headers: both })
        if (status === 401) return undefined
        return body.includes(caller.keyId) ? undefined : `was answered ${status} as another key`
      },
    },
  ]
}

type Page = { next_cursor: string | null }

/** The place in a list of others where their next page begins, handed in by this caller. */
async function cursorProbes({ world, routes }: Given, caller: Caller): Promise<Probe[]> {
  const others = [
    world.stranger.tenant,
    world.stranger.first,
    ...(world.sibling ? [world.sibling.tenant] : []),
  ]
  const lists = routes.filter(
    (route) =>
      route.method === 'GET' &&
      'cursor' in route.fields.query &&
      !route.path.includes('{') &&
      mayCall(route, caller),
  )
  const probes = []
  for (const route of lists) {
    const query = route.path === '/v1/files' ? { space: '*' } : {}
    for (const other of others) {
      const page = await exchange(world.server, other.key, route, { query: { ...query, limit: 1 } })
      const cursor = page.status === 200 ? (JSON.parse(page.body) as Page).next_cursor : null
      if (cursor === null) continue
      const sample = { query: { ...query, limit: caller.level === 'platform' ? 1 : 200, cursor } }
      const request = `${callerInWords(caller)}: ${route.name} with the cursor of key ${other.keyId}`
      const ask = () => exchange(world.server, caller.key, route, sample)
      probes.push(narrow(world, caller, { request, ask }))
    }
  }
  return probes
}

/** The place of another caller in the results of the very same question is answered as no place at all. */
async function searchCursorProbes({ world, routes }: Given, caller: Caller): Promise<Probe[]> {
  const route = routes.find(({ name }) => name === 'POST /v1/search')
  if (!route || !mayCall(route, caller)) return []
  const body = { query: world.run.commonWords, spaces: '*', limit: 1, mode: 'text' }
  const ask = (key: string, cursor?: string) =>
    exchange(world.server, key, route, { body: { ...body, ...(cursor === undefined ? {} : { cursor }) } })
  const nobodys = await createReference(() => ask(caller.key, 'no-such-thing'))
  const probes: Probe[] = []
  for (const other of [world.own.tenant, world.stranger.tenant]) {
    const { next_cursor: cursor }: Page = JSON.parse((await ask(other.key)).body)
    if (cursor === null) throw new Error(`${other.keyId} finds too little to have a cursor.`)
    const isOwn = other.key === caller.key
    probes.push({
      request: `${callerInWords(caller)}: ${route.name} with the cursor of key ${other.keyId}`,
      ...(isOwn ? { isControl: true } : {}),
      run: async () => {
        if (!isOwn) return differenceFrom(nobodys, () => ask(caller.key, cursor))
        const { status } = await ask(caller.key, cursor)
        return status === 200 ? undefined : `was answered with ${status}`
      },
    })
  }
  return probes
}
