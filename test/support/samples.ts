import type { Route } from '#http/index.ts'
import type { Sample } from './exchange.ts'
import type { Caller } from './world.ts'

type Making = (caller: Caller) => Sample | Promise<Sample>

let made = 0
/** A name that was not used before. */
const fresh = (prefix: string) => `${prefix}-${++made}`

/**
 * How to call every route so that it succeeds, by the key of the route table. What a route uses up is made anew at each
 * call. A route without an entry here, or an entry without a route, fails the tests that go through the table.
 */
export const samples: Record<string, Making> = {
  'GET /healthz': () => ({}),
  'GET /readyz': () => ({}),
  'GET /metrics': () => ({}),
  'GET /docs/errors': () => ({}),

  'POST /v1/partners': () => ({ body: { slug: fresh('partner'), name: 'A partner' } }),
  'GET /v1/partners': () => ({ query: { limit: 200 } }),
  'GET /v1/partners/{id}': ({ customer }) => ({ params: { id: customer.partner.id } }),
  'PATCH /v1/partners/{id}': async (caller) => ({
    params: { id: await newPartner(caller) },
    body: { name: 'Renamed' },
  }),
  'POST /v1/partners/{id}/suspend': async (caller) => ({ params: { id: await newPartner(caller) } }),
  'POST /v1/partners/{id}/resume': async (caller) => ({ params: { id: await newPartner(caller) } }),

  'POST /v1/tenants': () => ({ body: { slug: fresh('tenant'), name: 'A tenant' } }),
  'GET /v1/tenants': () => ({ query: { limit: 200 } }),
  'GET /v1/tenants/{id}': ({ customer }) => ({ params: { id: customer.tenant.id } }),
  'PATCH /v1/tenants/{id}': async (caller) => ({
    params: { id: await newTenant(caller) },
    body: { external_id: fresh('external') },
  }),
  'POST /v1/tenants/{id}/suspend': async (caller) => ({ params: { id: await newTenant(caller) } }),
  'POST /v1/tenants/{id}/resume': async (caller) => ({ params: { id: await newTenant(caller) } }),
  'POST /v1/tenants/{id}/archive': async (caller) => ({ params: { id: await newTenant(caller) } }),

  'POST /v1/spaces': () => ({ body: { slug: fresh('space'), intelligence: false } }),
  'GET /v1/spaces': () => ({ query: { limit: 200 } }),
  'GET /v1/spaces/{id}': ({ place }) => ({ params: { id: place.space.id } }),
  'PATCH /v1/spaces/{id}': async (caller) => ({
    params: { id: await newSpace(caller) },
    body: { name: 'Renamed' },
  }),
  'POST /v1/spaces/{id}/archive': async (caller) => ({ params: { id: await newSpace(caller) } }),
  'POST /v1/spaces/{id}/resume': async (caller) => ({ params: { id: await newSpace(caller) } }),
  'DELETE /v1/spaces/{id}': async (caller) => ({ params: { id: await newSpace(caller) } }),

  'GET /v1/me': () => ({}),
  'POST /v1/keys': () => ({ body: { name: fresh('key') } }),
  'GET /v1/keys': () => ({ query: { limit: 200 } }),
  'GET /v1/keys/{id}': ({ keyId }) => ({ params: { id: keyId } }),
  'DELETE /v1/keys/{id}': async (caller) => ({ params: { id: await newKey(caller) } }),

  'POST /v1/files': () => ({ form: { origin: 'sample', metadata: '{"team":"blue"}' } }),
  'GET /v1/files': () => ({ query: { limit: 200 } }),
  'GET /v1/files/{id}': ({ place }) => ({ params: { id: place.file.id } }),
  'PATCH /v1/files/{id}': async (caller) => ({
    params: { id: await newFile(caller) },
    body: { name: 'renamed.txt', metadata: { team: 'red' } },
  }),
  'DELETE /v1/files/{id}': async (caller) => ({ params: { id: await newFile(caller) } }),
  'POST /v1/files/{id}/reindex': async (caller) => ({ params: { id: await newFile(caller) } }),
  'GET /v1/files/{id}/content': ({ place }) => ({ params: { id: place.file.id } }),
  'GET /v1/files/{id}/text': ({ place }) => ({ params: { id: place.file.id } }),
  'GET /v1/files/{id}/chunks': ({ place }) => ({ params: { id: place.file.id } }),

  'POST /v1/search': ({ place }) => ({ body: { query: place.marker } }),
  'POST /v1/ask': () => ({ body: { question: 'What is every delivery insured against?' } }),
}

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`

/** @throws Error naming the route that has no sample */
export function sampleFor(route: Route, caller: Caller): Sample | Promise<Sample> {
  const make = samples[nameOf(route)]
  if (!make) throw new Error(`test/support/samples.ts has no sample of ${nameOf(route)}`)
  return make(caller)
}

/** Whether a key of this level may call the route at all: its level is let in and can hold the permission. */
export function mayCall(route: Route, level: Caller['level'], held: readonly string[]): boolean {
  const isLetIn = route.levels.includes(level === 'space' ? 'tenant' : level)
  return isLetIn && (route.access === 'authenticated' || held.includes(route.access))
}

const newPartner = (caller: Caller) => create(caller, '/v1/partners', { slug: fresh('partner') })
const newTenant = (caller: Caller) => create(caller, '/v1/tenants', { slug: fresh('tenant') })
const newSpace = (caller: Caller) =>
  create(caller, '/v1/spaces', { slug: fresh('space'), intelligence: false })
const newKey = (caller: Caller) => create(caller, '/v1/keys', { name: fresh('key') })

async function create({ api }: Caller, path: string, body: object): Promise<string> {
  return idOf(await api.post<{ id: string }>(path, body))
}

async function newFile({ api }: Caller): Promise<string> {
  return idOf(await api.upload<{ id: string }>(fresh('file'), 'A file of its own.'))
}

function idOf({ status, body }: { status: number; body: { id: string } }): string {
  if (status !== 201) throw new Error(`a sample could not be made: ${status} ${JSON.stringify(body)}`)
  return body.id
}
