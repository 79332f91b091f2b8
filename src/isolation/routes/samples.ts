import type { Sample } from '../server/exchange.ts'
import { waitForFiles } from '../world/wait-for-files.ts'
import type { Caller } from '../world/world.ts'
import { onePage } from './one-page.ts'
import type { Route } from './route-table.ts'

type Making = (caller: Caller) => Sample | Promise<Sample>

let made = 0
/** A name that was not used before, by which a later run can tell whose it was. */
export const fresh = ({ run }: Pick<Caller, 'run'>, what: string) => `${run.name}-${what}-${++made}`

/**
 * How to call every route so that it succeeds, by the route's name. What a route uses up is made anew at each call, and
 * nothing is made outside of the caller's customer. A route without an entry here, or an entry without a route, fails the
 * tests that go through the table.
 */
export const samples: Record<string, Making> = {
  'GET /healthz': () => ({}),
  'GET /readyz': () => ({}),
  'GET /metrics': () => ({}),
  'GET /docs/errors': () => ({}),
  'GET /v1/isolation/catalogue': () => ({}),

  'POST /v1/partners': (caller) => ({ body: { slug: fresh(caller, 'partner'), name: 'A partner' } }),
  'GET /v1/partners': () => ({ query: { limit: 1 } }),
  'GET /v1/partners/{id}': ({ customer }) => ({ params: { id: customer.partner.id } }),
  'PATCH /v1/partners/{id}': async (caller) => ({
    params: { id: await newPartner(caller) },
    body: { name: 'Renamed' },
  }),
  'POST /v1/partners/{id}/suspend': async (caller) => ({ params: { id: await newPartner(caller) } }),
  'POST /v1/partners/{id}/resume': async (caller) => ({ params: { id: await newPartner(caller) } }),
  'DELETE /v1/partners/{id}': async (caller) => ({ params: { id: await newPartner(caller) } }),

  'POST /v1/tenants': (caller) => ({ body: tenantOf(caller) }),
  'GET /v1/tenants': (caller) => ({ query: { limit: 200, ...partnerFor(caller) } }),
  'GET /v1/tenants/{id}': ({ customer }) => ({ params: { id: customer.tenant.id } }),
  'PATCH /v1/tenants/{id}': async (caller) => ({
    params: { id: await newTenant(caller) },
    body: { external_id: fresh(caller, 'external') },
  }),
  'POST /v1/tenants/{id}/suspend': async (caller) => ({ params: { id: await newTenant(caller) } }),
  'POST /v1/tenants/{id}/resume': async (caller) => ({ params: { id: await newTenant(caller) } }),
  'POST /v1/tenants/{id}/archive': async (caller) => ({ params: { id: await newTenant(caller) } }),
  'DELETE /v1/tenants/{id}': async (caller) => ({ params: { id: await newTenant(caller) } }),

  'GET /v1/keyring': () => ({}),
  // From a key that is none: a server that is being examined must not get a new one.
  'POST /v1/keyring/rotate-master': () => ({ body: { from: '0'.repeat(16) } }),
  'GET /v1/keyring/tenants': () => ({ query: { limit: 1 } }),
  'GET /v1/keyring/tenants/{id}': ({ customer }) => ({ params: { id: customer.tenant.id } }),
  'POST /v1/keyring/tenants/{id}/rotate': async (caller) => ({ params: { id: await newTenant(caller) } }),

  'POST /v1/spaces': (caller) => ({ body: spaceOf(caller) }),
  'GET /v1/spaces': () => ({ query: { limit: 200 } }),
  'GET /v1/spaces/{id}': ({ place }) => ({ params: { id: place.space.id } }),
  'PATCH /v1/spaces/{id}': async (caller) => ({
    params: { id: await newSpace(caller) },
    body: { name: 'Renamed' },
  }),
  'POST /v1/spaces/{id}/archive': async (caller) => ({ params: { id: await newSpace(caller) } }),
  'POST /v1/spaces/{id}/resume': async (caller) => ({ params: { id: await newSpace(caller) } }),
  'GET /v1/embedders': () => ({}),
  'GET /v1/rerankers': () => ({}),
  'GET /v1/spaces/{id}/embedding': ({ place }) => ({ params: { id: place.space.id } }),
  'DELETE /v1/spaces/{id}': async (caller) => ({ params: { id: await newSpace(caller) } }),

  'GET /v1/spaces/{id}/synonyms': ({ place }) => ({ params: { id: place.space.id } }),
  'PUT /v1/spaces/{id}/synonyms': async (caller) => ({
    params: { id: await newSpace(caller) },
    body: { rules: [{ equal: ['car', 'automobile'] }] },
  }),

  'GET /v1/me': () => ({}),
  'POST /v1/keys': (caller) => ({ body: keyOf(caller) }),
  'GET /v1/keys': ({ level }) => ({ query: { limit: level === 'platform' ? 1 : 200 } }),
  'GET /v1/keys/{id}': ({ keyId }) => ({ params: { id: keyId } }),
  'DELETE /v1/keys/{id}': async (caller) => ({ params: { id: await newKey(caller) } }),

  'POST /v1/keys/{id}/rotate': async (caller) => ({
    params: { id: await newKey(caller) },
    body: { overlap_seconds: 60 },
  }),

  'POST /v1/users': (caller) => ({ body: { name: fresh(caller, 'user'), roles: ['viewer'] } }),
  'GET /v1/users': () => ({ query: { limit: 200 } }),
  'GET /v1/users/{id}': ({ customer }) => ({ params: { id: customer.people.user.id } }),
  'PATCH /v1/users/{id}': async (caller) => ({
    params: { id: await newUser(caller) },
    body: { name: 'Renamed' },
  }),
  'PUT /v1/users/{id}/roles': async (caller) => ({
    params: { id: await newUser(caller) },
    body: { roles: ['viewer'] },
  }),
  'POST /v1/users/{id}/deactivate': async (caller) => ({ params: { id: await newUser(caller) } }),
  'POST /v1/users/{id}/resume': async (caller) => ({ params: { id: await newUser(caller) } }),
  'DELETE /v1/users/{id}': async (caller) => ({ params: { id: await newUser(caller) } }),

  'POST /v1/groups': (caller) => ({ body: { name: fresh(caller, 'group') } }),
  'GET /v1/groups': () => ({ query: { limit: 200 } }),
  'GET /v1/groups/{id}': ({ customer }) => ({ params: { id: customer.people.group.id } }),
  'GET /v1/groups/{id}/members': ({ customer }) => ({ params: { id: customer.people.group.id } }),
  'PATCH /v1/groups/{id}': async (caller) => ({
    params: { id: await newGroup(caller) },
    body: { external_id: fresh(caller, 'external') },
  }),
  'DELETE /v1/groups/{id}': async (caller) => ({ params: { id: await newGroup(caller) } }),
  'POST /v1/groups/{id}/members': async (caller) => ({
    params: { id: await newGroup(caller) },
    body: { user: caller.customer.people.user.id },
  }),
  'DELETE /v1/groups/{id}/members': async (caller) => ({
    params: { id: await newGroup(caller) },
    query: { user: caller.customer.people.user.id },
  }),

  'POST /v1/roles': (caller) => ({ body: { slug: fresh(caller, 'role'), permissions: ['files:read'] } }),
  'GET /v1/roles': () => ({ query: { limit: 200 } }),
  'GET /v1/roles/{id}': ({ customer }) => ({ params: { id: customer.people.role.id } }),
  'PATCH /v1/roles/{id}': async (caller) => ({
    params: { id: await newRole(caller) },
    body: { permissions: ['search:query'] },
  }),
  'DELETE /v1/roles/{id}': async (caller) => ({ params: { id: await newRole(caller) } }),

  'POST /v1/invitations': (caller) => ({ body: { email: `${fresh(caller, 'invited')}@example.com` } }),
  'GET /v1/invitations': () => ({ query: { limit: 200 } }),
  'GET /v1/invitations/{id}': ({ customer }) => ({ params: { id: customer.people.invitation.id } }),
  'DELETE /v1/invitations/{id}': async (caller) => ({ params: { id: (await newInvitation(caller)).id } }),
  'POST /v1/invitations/accept': async (caller) => ({
    body: { secret: (await newInvitation(caller)).secret },
  }),

  'POST /v1/grants': ({ customer, place }) => ({
    body: { user: customer.people.user.id, space: place.space.id, permissions: ['search:query'] },
  }),
  'GET /v1/grants': () => ({ query: { limit: 200 } }),
  'GET /v1/grants/{id}': ({ customer }) => ({ params: { id: customer.people.grant.id } }),
  'DELETE /v1/grants/{id}': async (caller) => ({ params: { id: await newGrant(caller) } }),
  'GET /v1/access/explain': ({ customer, place }) => ({
    query: { user: customer.people.user.id, space: place.space.id },
  }),
  'POST /v1/folders': (caller) => ({
    body: { space: caller.place.space.id, parent: caller.place.folder.id, name: fresh(caller, 'folder') },
  }),
  'GET /v1/folders': ({ place }) => ({ query: { space: place.space.id, limit: 200 } }),
  'GET /v1/folders/{id}': ({ place }) => ({ params: { id: place.folder.id } }),
  'PATCH /v1/folders/{id}': async (caller) => ({
    params: { id: await newFolder(caller) },
    body: { parent: caller.place.folder.id },
  }),
  'DELETE /v1/folders/{id}': async (caller) => ({ params: { id: await newFolder(caller) } }),

  'POST /v1/files': ({ place }) => ({
    form: { space: place.space.id, folder: place.folder.id, origin: 'sample', metadata: '{"team":"blue"}' },
  }),
  'GET /v1/files': ({ place }) => ({ query: { space: place.space.id, limit: 200 } }),
  'GET /v1/files/{id}': ({ place }) => ({ params: { id: place.file.id } }),
  'PATCH /v1/files/{id}': async (caller) => ({
    params: { id: await newFile(caller) },
    body: { name: 'renamed.txt', metadata: { team: 'red' }, folder: caller.place.folder.id },
  }),
  'DELETE /v1/files/{id}': async (caller) => ({ params: { id: await newFile(caller) } }),
  'POST /v1/files/batch': ({ place }) => ({ form: { space: place.space.id, folder: place.folder.id } }),
  'POST /v1/files/delete': async (caller) => ({ body: { ids: [await newFile(caller)] } }),
  'POST /v1/files/{id}/copy': async (caller) => ({
    params: { id: await newFile(caller) },
    body: { folder: caller.place.folder.id },
  }),
  'POST /v1/files/{id}/restore': async (caller) => ({ params: { id: await trashedFile(caller) } }),
  'GET /v1/files/{id}/versions': ({ place }) => ({ params: { id: place.file.id } }),
  'GET /v1/files/{id}/versions/{number}/content': ({ place }) => ({
    params: { id: place.file.id, number: '1' },
  }),
  'POST /v1/files/{id}/versions/{number}/restore': async (caller) => ({
    params: { id: await newFile(caller), number: '1' },
  }),
  'POST /v1/files/{id}/reindex': async (caller) => ({ params: { id: await newFile(caller) } }),
  'GET /v1/files/{id}/content': ({ place }) => ({ params: { id: place.file.id } }),
  'GET /v1/files/{id}/pages/{page}': async (caller) => ({
    params: { id: await fileWithPages(caller), page: '1' },
  }),
  'GET /v1/files/{id}/pages/{page}/picture': async (caller) => ({
    params: { id: await fileWithPages(caller), page: '1' },
  }),
  'GET /v1/files/{id}/text': ({ place }) => ({ params: { id: place.file.id } }),
  'GET /v1/files/{id}/chunks': ({ place }) => ({ params: { id: place.file.id } }),

  'GET /v1/chunks/{id}': ({ place }) => ({ params: { id: place.chunk.id }, query: { context: 2 } }),

  'POST /v1/search': ({ place }) => ({ body: { query: place.marker, spaces: [place.space.id] } }),
  'GET /v1/search/suggestions': ({ place }) => ({
    query: { q: place.marker.slice(0, -2), spaces: place.space.id },
  }),
  'GET /v1/search/insight': ({ place }) => ({ query: { space: place.space.id } }),
  'PATCH /v1/search/insight': () => ({ body: { keeps_queries: false } }),
  'POST /v1/search/{id}/clicks': ({ place }) => ({
    params: { id: place.search.id },
    body: { file_id: place.file.id, position: 1 },
  }),
  'POST /v1/ask': ({ run, place }) => ({ body: { question: run.question, spaces: [place.space.id] } }),
}

/** Where an id stands in the place of what the sample of its route, or of every route, has. */
const insteadOf: Record<string, Making> = {
  'POST /v1/groups/{id}/members group': async (caller) => ({
    params: { id: await newGroup(caller) },
    body: { group: caller.customer.people.group.id },
  }),
  'DELETE /v1/groups/{id}/members group': async (caller) => ({
    params: { id: await newGroup(caller) },
    query: { group: caller.customer.people.group.id },
  }),
  'POST /v1/grants group': ({ customer, place }) => ({
    body: { group: customer.people.group.id, space: place.space.id, permissions: ['search:query'] },
  }),
  'POST /v1/grants role': ({ customer, place }) => ({
    body: { role: customer.people.role.id, space: place.space.id, permissions: ['search:query'] },
  }),
  'POST /v1/grants file': ({ customer, place }) => ({
    body: { user: customer.people.user.id, file: place.file.id, permissions: ['search:query'] },
  }),
  'GET /v1/access/explain file': ({ customer, place }) => ({
    query: { user: customer.people.user.id, file: place.file.id },
  }),
  'like.file': ({ place }) => ({ body: { like: { file: place.file.id }, spaces: [place.space.id] } }),
  'like.chunk': ({ place }) => ({ body: { like: { chunk: place.chunk.id }, spaces: [place.space.id] } }),
}

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`

export const hasSample = (route: Pick<Route, 'method' | 'path'>) => nameOf(route) in samples

/**
 * @param place of an id that is to be tried: the sample has one there
 * @throws Error naming the route that has no sample
 */
export async function sampleFor(
  route: Pick<Route, 'method' | 'path'>,
  caller: Caller,
  place?: { name: string },
): Promise<Sample> {
  const instead = place && (insteadOf[`${nameOf(route)} ${place.name}`] ?? insteadOf[place.name])
  const make = instead ?? samples[nameOf(route)]
  if (!make) throw new Error(`src/isolation/routes/samples.ts has no sample of ${nameOf(route)}`)
  return make(caller)
}

/** Whether this key may call the route at all: its level is let in and it holds the permission. */
export function mayCall(
  { access, levels }: { access: string; levels: readonly string[] },
  { level, permissions }: Pick<Caller, 'level' | 'permissions'>,
): boolean {
  const isLetIn = levels.includes(level === 'space' ? 'tenant' : level)
  return isLetIn && (access === 'authenticated' || permissions.includes(access))
}

/** A partner key makes tenants of its own partner alone, and may not say so. */
const partnerFor = ({ level, customer }: Caller) =>
  level === 'platform' ? { partner: customer.partner.id } : {}
const tenantOf = (caller: Caller) => ({ slug: fresh(caller, 'tenant'), ...partnerFor(caller) })
const spaceOf = (caller: Caller) => ({ slug: fresh(caller, 'space'), intelligence: false })
/** Of something that ends with the check. The record of a key names its maker, so that each makes keys of its own kind. */
const keyOf = (caller: Caller) => ({
  name: fresh(caller, 'key'),
  ...partnerFor(caller),
  ...(caller.level === 'tenant' ? { space: caller.place.space.id } : {}),
})

const newPartner = (caller: Caller) => create(caller, '/v1/partners', { slug: fresh(caller, 'partner') })
const newTenant = (caller: Caller) => create(caller, '/v1/tenants', tenantOf(caller))
const newSpace = (caller: Caller) => create(caller, '/v1/spaces', spaceOf(caller))
const newKey = (caller: Caller) => create(caller, '/v1/keys', keyOf(caller))

const newUser = (caller: Caller) => create(caller, '/v1/users', { name: fresh(caller, 'user') })
const newGroup = (caller: Caller) => create(caller, '/v1/groups', { name: fresh(caller, 'group') })
const newRole = (caller: Caller) =>
  create(caller, '/v1/roles', { slug: fresh(caller, 'role'), permissions: ['files:read'] })
const newGrant = ({ customer, place, ...caller }: Caller) => {
  const body = { user: customer.people.user.id, space: place.space.id, permissions: ['answers:ask'] }
  return create({ ...caller, customer, place }, '/v1/grants', body)
}

/** By the key of the tenant: whoever has the secret accepts, with whatever key or none. */
async function newInvitation(caller: Caller): Promise<{ id: string; secret: string }> {
  const email = `${fresh(caller, 'invited')}@example.com`
  const { api } = caller.customer.tenant
  const { status, body } = await api.post<{ id: string; secret: string }>('/v1/invitations', { email })
  idOf({ status, body })
  return body
}

async function create({ api }: Caller, path: string, body: object): Promise<string> {
  return idOf(await api.post<{ id: string }>(path, body))
}

async function newFile(caller: Caller): Promise<string> {
  const space = { space: caller.place.space.id }
  return idOf(await caller.api.upload<{ id: string }>(fresh(caller, 'file'), 'A file of its own.', space))
}

const newFolder = (caller: Caller) =>
  create(caller, '/v1/folders', { space: caller.place.space.id, name: fresh(caller, 'folder') })

async function trashedFile(caller: Caller): Promise<string> {
  const id = await newFile(caller)
  await caller.api.delete(`/v1/files/${id}`)
  return id
}

const withPages = new WeakMap<Caller['place'], Promise<string>>()

/** A PDF that has been read. Showing its pages uses nothing up, so that one does for all. */
function fileWithPages(caller: Caller): Promise<string> {
  const known = withPages.get(caller.place) ?? uploadPages(caller)
  withPages.set(caller.place, known)
  return known
}

async function uploadPages({ run, place }: Caller): Promise<string> {
  const { api, space } = place
  const id = idOf(await api.upload<{ id: string }>(fresh({ run }, 'pages'), onePage, { space: space.id }))
  await waitForFiles([{ api, file: { id } }])
  return id
}

function idOf({ status, body }: { status: number; body: { id: string } }): string {
  if (status !== 201) throw new Error(`a sample could not be made: ${status} ${JSON.stringify(body)}`)
  return body.id
}
