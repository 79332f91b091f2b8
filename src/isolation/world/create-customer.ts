import { type Api, client, type Reply } from '../server/client.ts'
import type { Server } from '../server/server.ts'
import { labelsOf } from './labels.ts'
import { markerOf } from './name-run.ts'
import type { Customer, Holder, Place, Run } from './world.ts'

/** Where partners and tenants can be made. */
export type Ground = Server & { keys: { platform: string } }

type Partner = Required<Customer['partner']>

/** A tenant with two spaces; `first` is the default one. */
export async function createCustomer(
  ground: Ground,
  run: Run,
  name: string,
  sharedPartner?: Customer['partner'],
): Promise<Customer> {
  const partner = sharedPartner ?? (await createPartner(ground, run, name))
  const platform = connect(ground, ground.keys.platform)
  const slug = `${run.name}-${name}`
  const tenant = made(await platform.post<Record>('/v1/tenants', { slug, partner: partner.id }))
  const holder = await lookUp(ground, await makeKey(platform, { name: `${slug} key`, tenant: tenant.id }))
  const first = made(await holder.api.get<Record>('/v1/spaces/default'), 200)
  const second = made(await holder.api.post<Record>('/v1/spaces', { slug: `${slug}-second` }))
  return {
    name,
    partner,
    tenant: { ...holder, id: tenant.id, slug },
    first: await furnish(ground, run, holder.api, first, `${name}-one`),
    second: await furnish(ground, run, holder.api, second, `${name}-two`),
  }
}

export async function createPartner(ground: Ground, run: Run, name: string): Promise<Partner> {
  const platform = connect(ground, ground.keys.platform)
  const slug = `${run.name}-${name}-partner`
  const { id } = made(await platform.post<Record>('/v1/partners', { slug }))
  const holder = await lookUp(ground, await makeKey(platform, { name: `${slug} key`, partner: id }))
  return { ...holder, id, slug }
}

type Record = { id: string; slug: string }

/** A key of the space, and a file in it that is being read. */
async function furnish(
  server: Server,
  run: Run,
  tenant: Api,
  { id, slug }: Record,
  title: string,
): Promise<Place> {
  const secret = await makeKey(tenant, { name: `${run.name}-${title} key`, space: id })
  const holder = await lookUp(server, secret)
  const marker = markerOf(run, title.replace('-', ''))
  const name = `${run.name}-${title}.md`
  const { externalId, team } = labelsOf({ name })
  const text = `${run.commonText}The code word is ${marker}.\n`
  const fields = { space: id, external_id: externalId, metadata: JSON.stringify({ team }) }
  const file = made(await holder.api.upload<Record>(name, text, fields))
  return { ...holder, space: { id, slug }, file: { id: file.id, name }, marker }
}

export async function lookUp(server: Server, key: string): Promise<Holder> {
  const api = connect(server, key)
  const me = made(await api.get<{ key_id: string; permissions: string[] }>('/v1/me'), 200)
  return { key, keyId: me.key_id, permissions: me.permissions, api }
}

const connect = ({ url, fetch }: Server, key: string) => client(url, key, fetch)

async function makeKey(api: Api, body: object): Promise<string> {
  return made(await api.post<{ secret: string }>('/v1/keys', body)).secret
}

/** @throws Error with the server's words when it answered otherwise */
function made<Body>(reply: Reply<Body>, status = 201): Body {
  if (reply.status === status) return reply.body
  throw new Error(`The server answered ${reply.status} instead of ${status}: ${JSON.stringify(reply.body)}`)
}
