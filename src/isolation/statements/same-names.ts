import { fresh } from '../routes/samples/making.ts'
import type { Api, Reply } from '../server/client.ts'
import { expectStatus } from '../server/replies.ts'
import type { Probe, Statement } from '../statement.ts'
import { type Customer, customersOf, type World } from '../world/world.ts'

/** What one uses is free for the other, and neither can tell that it is used. */
export const sameNamesStatement: Statement = {
  id: 'same-names',
  proves: ['I17'],
  title:
    'Names, slugs, external ids and bytes that one tenant uses are free for every other, and what becomes of one’s is nothing to the other’s.',
  async *examine({ world }) {
    for (const naming of namings(world)) yield* bothTake(world, naming)
    yield* sameFiles(world)
    yield* likeNames(world)
  },
  expectedProbes: ({ world }) => customersOf(world).length * 12,
}

type Naming = {
  what: string
  /** Whether the same one is refused a second time. */
  isUnique: boolean
  takers: { who: string; take: () => Promise<Reply<unknown>> }[]
}

function namings(world: World): Naming[] {
  const name = fresh(world, 'same')
  const body = { slug: name, external_id: name, name: 'Same' }
  const everybody = (take: (customer: Customer) => Promise<Reply<unknown>>) =>
    customersOf(world).map((customer) => ({ who: customer.name, take: () => take(customer) }))
  const partners = [world.own, world.stranger].flatMap(({ name: who, partner: { api } }) =>
    api ? [{ who: `partner of ${who}`, take: () => api.post('/v1/tenants', body) }] : [],
  )
  return [
    {
      what: 'POST /v1/spaces with the same slug, external id and name',
      isUnique: true,
      takers: everybody(({ tenant }) => tenant.api.post('/v1/spaces', { ...body, intelligence: false })),
    },
    {
      what: 'POST /v1/keys with the same name',
      isUnique: false,
      takers: everybody(({ tenant, first }) => tenant.api.post('/v1/keys', { name, space: first.space.id })),
    },
    ...(partners.length > 1
      ? [
          {
            what: 'POST /v1/tenants with the same slug, external id and name',
            isUnique: true,
            takers: partners,
          },
        ]
      : []),
  ]
}

async function* bothTake(_world: World, { what, isUnique, takers }: Naming): AsyncGenerator<Probe[]> {
  for (const { who, take } of takers)
    yield [{ request: `${who}: ${what}`, run: async () => expectStatus(201, await take()) }]
  if (!isUnique) return
  yield takers.map(({ who, take }) => ({
    request: `${who}: ${what}, a second time`,
    isControl: true,
    run: async () => expectStatus(409, await take()),
  }))
}

type File = { id: string; sha256: string; size_bytes: number; status: string }

/** The same bytes under the same name and external id: files that know nothing of each other. */
async function* sameFiles(world: World): AsyncGenerator<Probe[]> {
  const external = fresh(world, 'external')
  const text = `Bytes that all of them have: ${external}.`
  const kept = new Map<string, File>()
  const upload = ({ tenant, first }: Customer, fields: object = {}) =>
    tenant.api.upload<File>('same.txt', text, { space: first.space.id, external_id: external, ...fields })
  for (const customer of customersOf(world)) {
    yield [
      {
        request: `${customer.name}: POST /v1/files with the same bytes, name and external id`,
        run: async () => {
          // `skip` would hand out the file of another, if that one's external id counted.
          const reply = await upload(customer, { on_conflict: customer === world.own ? 'fail' : 'skip' })
          if (reply.status === 201) kept.set(customer.name, reply.body)
          return expectStatus(201, reply)
        },
      },
    ]
  }
  yield customersOf(world).map((customer) => ({
    request: `${customer.name}: POST /v1/files with the same external id, a second time`,
    isControl: true,
    run: async () => expectStatus(409, await upload(customer)),
  }))
  yield [{ request: 'the files of all of them, compared', run: async () => unlikeness([...kept.values()]) }]
  yield* deleteFirst(world, kept, text)
}

async function* deleteFirst(world: World, kept: Map<string, File>, text: string): AsyncGenerator<Probe[]> {
  const contentOf = async ({ name, tenant }: Customer) => {
    const { status, body } = await tenant.api.get(`/v1/files/${kept.get(name)?.id}/content`)
    return status === 200 && textOf(body) === text
  }
  yield customersOf(world).map((customer) => ({
    request: `${customer.name}: its own bytes`,
    isControl: true,
    run: async () => ((await contentOf(customer)) ? undefined : 'are not what was sent'),
  }))
  const { tenant, name } = world.own
  yield [
    {
      request: `${name}: DELETE /v1/files of its own one`,
      isControl: true,
      run: async () => expectStatus(204, await tenant.api.delete(`/v1/files/${kept.get(name)?.id}`)),
    },
  ]
  yield customersOf(world)
    .slice(1)
    .map((customer) => ({
      request: `${customer.name}: the same bytes after ${name} deleted its own`,
      run: async () => ((await contentOf(customer)) ? undefined : 'are gone or others'),
    }))
}

/** Names that begin alike or look alike, where a comparison by prefix, pattern or folding would show. */
async function* likeNames(world: World): AsyncGenerator<Probe[]> {
  const base = fresh(world, 'like')
  const { own, stranger } = world
  yield [
    {
      request: `${stranger.name}: POST /v1/spaces ${base}.x`,
      isControl: true,
      run: async () => expectStatus(201, await newSpace(stranger.tenant.api, `${base}.x`)),
    },
  ]
  const spellings = [base, `${base}%`, `${base}_x`, `${base}.X`, `${base}.x `, `${base}*`, `${base}.х`]
  yield [own, stranger].flatMap(({ name, tenant }) =>
    spellings.map((slug) => ({
      request: `${name}: GET /v1/spaces/${slug}`,
      run: async () => expectStatus(404, await tenant.api.get(`/v1/spaces/${encodeURIComponent(slug)}`)),
    })),
  )
}

const newSpace = (api: Api, slug: string) => api.post('/v1/spaces', { slug, intelligence: false })

function unlikeness(files: File[]): string | undefined {
  const [first, ...others] = files
  if (!first || others.length === 0) return 'there were not two of them'
  if (new Set(files.map(({ id }) => id)).size < files.length) return 'two of them are the same file'
  const odd = others.find(
    (one) =>
      one.sha256 !== first.sha256 || one.size_bytes !== first.size_bytes || one.status !== first.status,
  )
  return odd && `${odd.id} is described otherwise than ${first.id}`
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString() : String(body)
}
