import { type Api, client } from '../server/client.ts'
import { made } from '../server/replies.ts'
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
  const first = made(await holder.api.patch<Record>('/v1/spaces/default', withTrash), 200)
  const second = made(await holder.api.post<Record>('/v1/spaces', { slug: `${slug}-second`, ...withTrash }))
  return {
    name,
    partner,
    tenant: { ...holder, id: tenant.id, slug },
    people: await createPeople(holder.api, slug, first.id),
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

/** A tenant that exists, with two new spaces. */
export async function furnishCustomer(
  server: Server,
  run: Run,
  name: string,
  key: string,
): Promise<Customer> {
  const holder = await lookUp(server, key)
  const me = made(await holder.api.get<{ tenant_id: string }>('/v1/me'), 200)
  const tenant = made(
    await holder.api.get<Record & { partner_id: string }>(`/v1/tenants/${me.tenant_id}`),
    200,
  )
  const places = []
  for (const number of ['one', 'two']) {
    const slug = `${run.name}-${name}-${number}`
    const space = made(await holder.api.post<Record>('/v1/spaces', { slug, ...withTrash }))
    places.push(await furnish(server, run, holder.api, space, `${name}-${number}`))
  }
  const [first, second] = places as [Place, Place]
  const { id, slug } = tenant
  const people = await createPeople(holder.api, `${run.name}-${name}`, first.space.id)
  return { name, partner: { id: tenant.partner_id }, tenant: { ...holder, id, slug }, people, first, second }
}

/** Whatever the server says: things are taken out of it again. */
const withTrash = { trash_days: 1 }

type Record = { id: string; slug: string }

/** A user with a role of the tenant's own, in a group, with a grant; somebody who is invited; and a portal token. */
async function createPeople(tenant: Api, prefix: string, space: string): Promise<Customer['people']> {
  const make = async (path: string, body: object) => made(await tenant.post<Record>(path, body))
  const role = await make('/v1/roles', { slug: `${prefix}-role`, permissions: ['spaces:read', 'files:read'] })
  const user = await make('/v1/users', { name: `${prefix} user`, roles: [role.id] })
  const group = await make('/v1/groups', { name: `${prefix} group` })
  made(await tenant.post(`/v1/groups/${group.id}/members`, { user: user.id }), 200)
  const grant = await make('/v1/grants', { user: user.id, space, permissions: ['files:read'] })
  const email = `${prefix}@example.com`
  const invitation = await make('/v1/invitations', { email })
  const subject = { external_id: `${prefix}-subject` }
  const token = await make('/v1/portal/tokens', { spaces: [space], scopes: ['search'], subject })
  return { user, group, role, grant, invitation, token }
}

/** A key of the space, words that mean the same in it, a webhook, an alert, and a file in a folder of it that is being read. */
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
  const rules = [{ equal: [marker, `${marker}too`] }]
  made(await tenant.put(`/v1/spaces/${id}/synonyms`, { rules }), 200)
  const name = `${run.name}-${title}.md`
  const { externalId, team } = labelsOf({ name })
  const text = `${run.commonText}The code word is ${marker}.\n`
  const named = { headers: { 'idempotency-key': `${run.name}-${title}` } }
  const folder = { name: `${run.name}-${title}-folder` }
  const { id: folderId } = made(await holder.api.post<Record>('/v1/folders', { space: id, ...folder }, named))
  const told = { url: `https://nowhere.invalid/${run.name}-${title}`, types: ['file.uploaded'] }
  const webhook = made(await holder.api.post<Record>('/v1/webhooks', told))
  const counted = { types: ['file.uploaded'], threshold: 1_000_000, window_seconds: 60 }
  const alert = made(
    await holder.api.post<Record>('/v1/alerts', { name: `${run.name}-${title} alert`, ...counted }),
  )
  const metadata = JSON.stringify({ team })
  const fields = { space: id, folder: folderId, external_id: externalId, metadata }
  const file = made(await holder.api.upload<Record>(name, text, fields))
  const search = made(await holder.api.post<Record>('/v1/search', { query: marker }), 200)
  return {
    ...holder,
    space: { id, slug },
    folder: { id: folderId, ...folder },
    file: { id: file.id, name },
    chunk: { id: '' },
    search: { id: search.id },
    webhook: { id: webhook.id },
    alert: { id: alert.id },
    marker,
  }
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
