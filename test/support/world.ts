import { client, createKey, createPartner, createSpaceKey, createTenant } from './app.ts'
import { type Api, type TestApp, waitUntilReady } from './app.ts'

export type Level = 'platform' | 'partner' | 'tenant' | 'space'

/** A key with what it may reach: the routes' samples are made for one of these. */
export type Caller = { level: Level; key: string; keyId: string; api: Api; customer: Customer; place: Place }

/** A space with a key of its own, one ready file, and a word that stands nowhere else. */
export type Place = {
  space: { id: string; slug: string }
  key: string
  keyId: string
  api: Api
  file: { id: string; name: string }
  marker: string
}

/** A partner with one tenant, which has two spaces: `first` is the default one. */
export type Customer = {
  name: string
  partner: { id: string; slug: string; key: string; keyId: string; api: Api }
  tenant: { id: string; slug: string; key: string; keyId: string; api: Api }
  first: Place
  second: Place
}

/** Three customers: `stranger` belongs to another partner than `own`, `sibling` to the same one. */
export type World = {
  app: TestApp
  own: Customer
  sibling: Customer
  stranger: Customer
  callers: Caller[]
}

export async function createWorld(app: TestApp): Promise<World> {
  const own = await createCustomer(app, 'alder')
  const sibling = await createCustomer(app, 'birch', own.partner)
  const stranger = await createCustomer(app, 'cedar')
  await Promise.all(
    [own, sibling, stranger].flatMap(({ first, second }) =>
      [first, second].map(({ api, file }) => waitUntilReady(api, file.id)),
    ),
  )
  return { app, own, sibling, stranger, callers: await callersOf(app, own) }
}

/** One key of every level on the way down to the customer's first space. */
export async function callersOf(app: TestApp, customer: Customer): Promise<Caller[]> {
  const { partner, tenant, first } = customer
  const reach = { customer, place: first }
  const platform = { key: app.keys.platform, api: app.platform, keyId: await ownKeyId(app.platform) }
  return [
    { level: 'platform', ...platform, ...reach },
    { level: 'partner', key: partner.key, keyId: partner.keyId, api: partner.api, ...reach },
    { level: 'tenant', key: tenant.key, keyId: tenant.keyId, api: tenant.api, ...reach },
    { level: 'space', key: first.key, keyId: first.keyId, api: first.api, ...reach },
  ]
}

/** The bytes that every customer has in common; their statistics would show a leak as a count. */
const common = '# Terms\n\nEvery delivery is insured against breakage.\n\n'

export async function createCustomer(
  app: TestApp,
  name: string,
  sharedPartner?: Customer['partner'],
): Promise<Customer> {
  const partner = sharedPartner ?? (await newPartner(app, name))
  const created = await createTenant(app, { slug: name, partner: partner.id })
  const tenant = { ...created.tenant, key: created.key, api: created.api, keyId: await ownKeyId(created.api) }
  const key = await createKey(tenant.api, { name: `${name} first key`, space: 'default' })
  const first = { key, api: client(app.url, key), space: await spaceOf(tenant.api, 'default') }
  const second = await createSpaceKey(app, created, { slug: `${name}-second` })
  return {
    name,
    partner,
    tenant,
    first: await furnish(first, `${name}-one`, `${name}firstmarker`),
    second: await furnish(second, `${name}-two`, `${name}secondmarker`),
  }
}

async function newPartner(app: TestApp, name: string): Promise<Customer['partner']> {
  const { partner, key, api } = await createPartner(app, { slug: `${name}-partner` })
  return { ...partner, key, api, keyId: await ownKeyId(api) }
}

async function furnish(
  { space, key, api }: Pick<Place, 'space' | 'key' | 'api'>,
  title: string,
  marker: string,
): Promise<Place> {
  const name = `${title}.md`
  const fields = { external_id: `${title}-external`, metadata: JSON.stringify({ team: `${title}-team` }) }
  const uploaded = await api.upload<{ id: string }>(name, `${common}The code word is ${marker}.\n`, fields)
  return { space, key, api, keyId: await ownKeyId(api), file: { id: uploaded.body.id, name }, marker }
}

async function spaceOf(api: Api, reference: string): Promise<Place['space']> {
  return (await api.get<Place['space']>(`/v1/spaces/${reference}`)).body
}

async function ownKeyId(api: Api): Promise<string> {
  return (await api.get<{ key_id: string }>('/v1/me')).body.key_id
}
