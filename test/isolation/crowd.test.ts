import { afterAll, expect, test } from 'vitest'
import { seededRandom } from '../../bench/command/seeded-random.ts'
import { inParallel } from '../../bench/server/in-parallel.ts'
import { exchange, type Sample } from '#isolation/server/exchange.ts'
import { createPartner, createTenant, startTestApp } from '../support/app.ts'
import { readHere } from '../support/read-here.ts'
import { scale } from '../support/scale.ts'

const app = await startTestApp({ worker: false })
afterAll(() => app.close())
await createPartner(app, { slug: 'east' })
await createPartner(app, { slug: 'west' })

type Member = {
  key: string
  /** Stands in the names, texts, titles and metadata of this tenant and nowhere else. */
  marker: string
  tenant: string
  space: string
  keyId: string
  /** Two files, the second one a page further. */
  files: string[]
  cursor: string
  chunk: string
  /** All ids and markers that this tenant may be shown. */
  own: Set<string>
}

/** What one of them asks, what must be in the answer, and how many things it must count. */
type Asking = {
  method: 'GET' | 'POST'
  path: string
  sample?: Sample
  status?: number
  shows?: string[]
  count?: number
}

/** By words, whose places can be counted beforehand; another’s marker must not be taken for one’s own misspelled. */
const everywhere = { spaces: '*', mode: 'text', limit: 100, correct: false }
const search = (body: object): Pick<Asking, 'method' | 'path' | 'sample'> => ({
  method: 'POST',
  path: '/v1/search',
  sample: { body: { ...everywhere, ...body } },
})
const ask = (question: string): Pick<Asking, 'method' | 'path' | 'sample'> => ({
  method: 'POST',
  path: '/v1/ask',
  sample: { body: { question, spaces: '*' } },
})
const get = (
  path: string,
  query?: Record<string, string | number>,
): Pick<Asking, 'method' | 'path' | 'sample'> => ({
  method: 'GET',
  path,
  ...(query ? { sample: { query } } : {}),
})

/** Every kind of question, of one's own things and of another's. */
const kinds: Record<string, (own: Member, other: Member) => Asking> = {
  'search own marker': ({ marker, files }) => ({ ...search({ query: marker }), shows: files, count: 2 }),
  'search common words': ({ files }) => ({
    ...search({ query: 'crowd common ground' }),
    shows: files,
    count: 2,
  }),
  'search words and meaning': ({ files }) => ({
    ...search({ query: 'crowd common ground', mode: 'hybrid' }),
    shows: files,
  }),
  'search files of both': (own, other) => ({
    ...search({ query: 'common', files: [own.files[0], ...other.files] }),
    shows: own.files.slice(0, 1),
    count: 1,
  }),
  'search another’s marker': (_, { marker }) => ({ ...search({ query: marker }), count: 0 }),
  'search another’s metadata': (_, { marker }) => ({
    ...search({ query: 'common', filter: { metadata: { team: marker } } }),
    count: 0,
  }),
  'search another’s space': (_, { space }) => ({
    ...search({ query: 'common', spaces: [space] }),
    status: 404,
  }),
  'ask own': ({ marker, files }) => ({ ...ask(`Where is the ${marker}?`), shows: [marker, files[0] ?? ''] }),
  'ask for another’s': (_, { marker }) => ask(`Where is the ${marker} of the crowd?`),
  'list files': ({ files }) => ({ ...get('/v1/files', { space: '*', limit: 200 }), shows: files, count: 2 }),
  'list by another’s name': (_, { marker }) => ({
    ...get('/v1/files', { space: '*', name: marker }),
    count: 0,
  }),
  'list by another’s external id': (_, { marker }) => ({
    ...get('/v1/files', { external_id: marker }),
    count: 0,
  }),
  'own cursor': ({ cursor, files }) => ({
    ...get('/v1/files', { cursor }),
    shows: files.slice(0, 1),
    count: 1,
  }),
  'another’s cursor': (_, { cursor }) => get('/v1/files', { cursor }),
  'get file': ({ files, marker }) => ({ ...get(`/v1/files/${files[0]}`), shows: [marker] }),
  'get text': ({ files, marker }) => ({ ...get(`/v1/files/${files[0]}/text`), shows: [marker] }),
  'get content': ({ files, marker }) => ({ ...get(`/v1/files/${files[0]}/content`), shows: [marker] }),
  'get chunks': ({ files, chunk }) => ({ ...get(`/v1/files/${files[0]}/chunks`), shows: [chunk], count: 1 }),
  'get another’s file': (_, { files }) => ({ ...get(`/v1/files/${files[0]}`), status: 404 }),
  'get another’s text': (_, { files }) => ({ ...get(`/v1/files/${files[0]}/text`), status: 404 }),
  'get another’s content': (_, { files }) => ({ ...get(`/v1/files/${files[0]}/content`), status: 404 }),
  'get another’s chunks': (_, { files }) => ({ ...get(`/v1/files/${files[0]}/chunks`), status: 404 }),
  me: ({ tenant, keyId }) => ({ ...get('/v1/me'), shows: [tenant, keyId] }),
  'list keys': ({ keyId }) => ({ ...get('/v1/keys'), shows: [keyId], count: 1 }),
  'get another’s key': (_, { keyId }) => ({ ...get(`/v1/keys/${keyId}`), status: 404 }),
  'list spaces': ({ space }) => ({ ...get('/v1/spaces'), shows: [space], count: 1 }),
  'get another’s space': (_, { space }) => ({ ...get(`/v1/spaces/${space}`), status: 404 }),
  'list tenants': ({ tenant }) => ({ ...get('/v1/tenants'), shows: [tenant], count: 1 }),
  'get another’s tenant': (_, { tenant }) => ({ ...get(`/v1/tenants/${tenant}`), status: 404 }),
}

/** Made every member's key, which says so. */
const { key_id: maker } = (await app.platform.get<{ key_id: string }>('/v1/me')).body
const members: Member[] = []
const numbers = Array.from({ length: scale.markedTenants }, (_, i) => i)
await inParallel(numbers, 8, async (number) => void members.push(await join(number)))

test(`${scale.markerRequests} requests of ${scale.markedTenants} tenants at once: no foreign marker, id, name or count`, async () => {
  expectDisjoint(members)
  const random = seededRandom(14)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!
  const requests = Array.from({ length: scale.markerRequests }, (_, i) => {
    const own = pick(members)
    const kind = Object.keys(kinds)[i % Object.keys(kinds).length]!
    return { own, other: pick(members.filter((member) => member !== own)), kind }
  })
  const wrong: string[] = []
  await inParallel(requests, 16, async ({ own, other, kind }) => {
    wrong.push(...(await faultsOf(kind, own, other)))
  })
  expect(wrong).toEqual([])
})

/** A new tenant with two files. */
async function join(number: number): Promise<Member> {
  const marker = `crowd${number.toString(26).replaceAll(/./g, letterOf).padStart(4, 'a')}marker`
  const { tenant, key, api } = await createTenant(app, {
    slug: marker,
    partner: number % 2 ? 'east' : 'west',
  })
  const files: string[] = []
  for (const part of ['one', 'two']) {
    const fields = {
      external_id: part === 'one' ? marker : `${marker}2`,
      metadata: JSON.stringify({ team: marker }),
    }
    const text = `# ${marker} ${part}\n\nThe crowd stands on common ground. The ${marker} is in chapter ${part}.\n`
    const { body } = await api.upload<{ id: string }>(`${marker} ${part}.md`, text, fields)
    await readHere(app, { tenant, file: body.id, text })
    files.push(body.id)
  }
  const { body: page } = await api.get<{ next_cursor: string }>('/v1/files?limit=1')
  const { body: me } = await api.get<{ key_id: string; partner_id: string }>('/v1/me')
  const { body: space } = await api.get<{ id: string }>('/v1/spaces/default')
  const own = [marker, tenant.id, maker, me.key_id, me.partner_id, space.id, ...files]
  for (const file of files) own.push(...(await partsOf(api, file)))
  const chunk = own.find((id) => id.startsWith('chk_')) ?? ''
  return {
    key,
    marker,
    tenant: tenant.id,
    space: space.id,
    keyId: me.key_id,
    files,
    cursor: page.next_cursor,
    chunk,
    own: new Set(own),
  }
}

/** Markers are words of letters alone. */
function letterOf(digit: string): string {
  return String.fromCodePoint(97 + Number.parseInt(digit, 26))
}

async function partsOf(api: { get: Awaited<ReturnType<typeof createTenant>>['api']['get'] }, file: string) {
  const { body } = await api.get<{ version_id: string }>(`/v1/files/${file}`)
  const chunks = await api.get<{ data: { id: string }[] }>(`/v1/files/${file}/chunks`)
  return [body.version_id, ...chunks.body.data.map(({ id }) => id)]
}

/** Whatever looks like one of our ids or markers. */
const tracePattern = /\b(?:ptn|ten|spc|key|fil|ver|chk)_[0-9a-z]{26}\b|crowd[a-z]{4,}marker/g

async function faultsOf(kind: string, own: Member, other: Member): Promise<string[]> {
  const { method, path, sample = {}, status = 200, shows = [], count } = kinds[kind]!(own, other)
  const answer = await exchange(app, own.key, { method, path }, sample)
  const { body } = answer
  const foreign = (body.match(tracePattern) ?? []).filter((trace) => !own.own.has(trace))
  return [
    ...foreign.map((trace) => `${kind}: shows ${trace}`),
    ...shows.filter((trace) => !body.includes(trace)).map((trace) => `${kind}: lacks ${trace}`),
    ...(answer.status === status ? [] : [`${kind}: ${answer.status} ${body}`]),
    ...(count === undefined || countIn(body) === count ? [] : [`${kind}: counts ${countIn(body)}`]),
  ]
}

/** `exchange` has put dots where answers differ by nature. */
function countIn(body: string): number | undefined {
  const { total, data }: { total?: number; data?: unknown[] } = JSON.parse(body.replaceAll('…', '0'))
  return total ?? data?.length
}

/** What was taken for a tenant's own is no other's: all but the partner, which some share, and who made the key. */
function expectDisjoint(members: Member[]) {
  const isShared = (trace: string) => trace === maker || trace.startsWith('ptn_')
  const traces = members.flatMap(({ own }) => [...own].filter((trace) => !isShared(trace)))
  expect(traces.length).toBe(10 * scale.markedTenants)
  expect(new Set(traces).size).toBe(traces.length)
}
