import { formatId, type IdPrefix, randomIds } from '#platform/ids.ts'
import { type Api, client } from '#isolation/server/client.ts'
import { createTenant, expectStatus } from '../server/create-tenant.ts'
import { waitUntilRead } from '../server/list-files.ts'

type Asked = { method: string; path: string; body?: string; type?: string }

/** One place that takes an id, with ids that are somebody else's and as many that are nobody's. */
export type Probe = {
  what: string
  key: string
  ask: (id: string) => Asked
  status: number
  somebodys: string[]
  nobodys: string[]
}

/** Ids of one kind, each made at the same moment as one that nobody has: both lie at the same place in every index. */
type Ids = Pick<Probe, 'somebodys' | 'nobodys'>

const idsOfEach = 20

/**
 * A tenant and its stranger, a space and the one beside it, and every sensitive place that takes an id: asked by the
 * tenant's key for the stranger's things, and by the space's key for the other space's.
 */
export async function prepareProbes(url: string, platform: Api): Promise<Probe[]> {
  const own = await createTenant(platform, url, 'timing-own')
  const stranger = await createTenant(platform, url, 'timing-stranger')
  const tenantKey = await newKey(own, { name: 'timing' })
  expectStatus(201, await own.post('/v1/spaces', { slug: 'mine' }))
  const spaceKey = await newKey(own, { name: 'timing space', space: 'mine' })
  await client(url, spaceKey).upload('own.md', text)
  const beside = { ...(await makeThings(own)), who: 'space key' }
  const outside = { ...(await makeThings(stranger)), who: 'tenant key' }
  const [tenants, slugs] = await makeTenants(platform)
  return [
    ...probesOf(tenantKey, outside),
    probe('GET tenant by id', tenantKey, tenants, (id) => ({ method: 'GET', path: `/v1/tenants/${id}` })),
    probe('GET tenant by slug', tenantKey, slugs, (slug) => ({ method: 'GET', path: `/v1/tenants/${slug}` })),
    ...probesOf(spaceKey, beside),
  ]
}

type Things = { who: string; files: Ids; spaces: Ids; keys: Ids }

function probesOf(key: string, { who, files, spaces, keys }: Things): Probe[] {
  const at = (what: string, ids: Ids, method: string, path: (id: string) => string, body?: object) =>
    probe(`${what} (${who})`, key, ids, (id) => ({
      method,
      path: path(id),
      ...(body ? { body: JSON.stringify(body), type: 'application/json' } : {}),
    }))
  const file =
    (part = '') =>
    (id: string) =>
      `/v1/files/${id}${part}`
  return [
    at('GET file', files, 'GET', file()),
    at('PATCH file', files, 'PATCH', file(), { name: 'taken.md' }),
    at('DELETE file', files, 'DELETE', file()),
    at('GET content', files, 'GET', file('/content')),
    at('GET text', files, 'GET', file('/text')),
    at('GET chunks', files, 'GET', file('/chunks')),
    at('GET space', spaces, 'GET', (id) => `/v1/spaces/${id}`),
    ...(who === 'tenant key' ? [at('DELETE space', spaces, 'DELETE', (id) => `/v1/spaces/${id}`)] : []),
    ...(who === 'tenant key' ? [at('GET key', keys, 'GET', (id) => `/v1/keys/${id}`)] : []),
    { ...probe(`search in files (${who})`, key, files, searchIn), status: 200 },
    probe(`upload into space (${who})`, key, spaces, uploadInto),
  ]
}

function probe(what: string, key: string, ids: Ids, ask: Probe['ask']): Probe {
  return { what, key, ask, status: 404, ...ids }
}

const text = '# Terms\n\nEvery delivery is insured against breakage.\n'

function searchIn(id: string): Asked {
  const body = JSON.stringify({ query: 'delivery breakage', files: [id] })
  return { method: 'POST', path: '/v1/search', body, type: 'application/json' }
}

function uploadInto(space: string): Asked {
  const boundary = 'bulkhead-timing'
  const part = (head: string, content: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; ${head}\r\n\r\n${content}\r\n`
  const body = `${part('name="space"', space)}${part('name="file"; filename="a.txt"', 'a')}--${boundary}--\r\n`
  return { method: 'POST', path: '/v1/files', body, type: `multipart/form-data; boundary=${boundary}` }
}

async function makeThings(api: Api): Promise<Omit<Things, 'who'>> {
  const files = await makeIds('fil', async () => idOf(await api.upload('theirs.md', text)))
  const spaces = await makeIds('spc', async (i) =>
    idOf(await api.post('/v1/spaces', { slug: `theirs-${i}` })),
  )
  const keys = await makeIds('key', async (i) => idOf(await api.post('/v1/keys', { name: `theirs ${i}` })))
  await waitUntilRead(api, 300_000)
  return { files, spaces, keys }
}

async function makeTenants(platform: Api): Promise<[Ids, Ids]> {
  const slugs: Ids = { somebodys: [], nobodys: [] }
  const ids = await makeIds('ten', async (i) => {
    const slug = `timing-tenant-${100 + i}`
    slugs.somebodys.push(slug)
    slugs.nobodys.push(`timing-nobody-${100 + i}`)
    return idOf(await platform.post('/v1/tenants', { slug }))
  })
  return [ids, slugs]
}

async function makeIds(prefix: IdPrefix, make: (number: number) => Promise<string>): Promise<Ids> {
  const ids: Ids = { somebodys: [], nobodys: [] }
  for (let i = 0; i < idsOfEach; i++) {
    ids.nobodys.push(formatId(prefix, randomIds.uuid()))
    ids.somebodys.push(await make(i))
  }
  return ids
}

function idOf({ status, body }: { status: number; body: unknown }): string {
  return expectStatus(201, { status, body: body as { id: string }, headers: new Headers() }).id
}

async function newKey(api: Api, body: object): Promise<string> {
  return expectStatus(201, await api.post<{ secret: string }>('/v1/keys', body)).secret
}
