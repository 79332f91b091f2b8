import type { Sample } from '../../server/exchange.ts'
import { waitForFiles } from '../../world/wait-for-files.ts'
import type { Caller } from '../../world/world.ts'
import { onePage } from '../one-page.ts'

/** A call that succeeds. What it uses up is made anew each time, by the caller and within the caller's customer. */
export type Making = (caller: Caller) => Sample | Promise<Sample>

let made = 0
/** A name that was not used before, by which a later run can tell whose it was. */
export const fresh = ({ run }: Pick<Caller, 'run'>, what: string) => `${run.name}-${what}-${++made}`

/** A partner key makes tenants of its own partner alone, and may not say so. */
export const partnerFor = ({ level, customer }: Caller) =>
  level === 'platform' ? { partner: customer.partner.id } : {}
export const tenantOf = (caller: Caller) => ({ slug: fresh(caller, 'tenant'), ...partnerFor(caller) })
export const spaceOf = (caller: Caller) => ({ slug: fresh(caller, 'space'), intelligence: false })
/** Of something that ends with the check. The record of a key names its maker, so that each makes keys of its own kind. */
export const keyOf = (caller: Caller) => ({
  name: fresh(caller, 'key'),
  ...partnerFor(caller),
  ...(caller.level === 'tenant' ? { space: caller.place.space.id } : {}),
})

export const newPartner = (caller: Caller) =>
  create(caller, '/v1/partners', { slug: fresh(caller, 'partner') })
export const newTenant = (caller: Caller) => create(caller, '/v1/tenants', tenantOf(caller))
export const newSpace = (caller: Caller) => create(caller, '/v1/spaces', spaceOf(caller))
export const newKey = (caller: Caller) => create(caller, '/v1/keys', keyOf(caller))

export const newUser = (caller: Caller) => create(caller, '/v1/users', { name: fresh(caller, 'user') })
export const newGroup = (caller: Caller) => create(caller, '/v1/groups', { name: fresh(caller, 'group') })
export const newRole = (caller: Caller) =>
  create(caller, '/v1/roles', { slug: fresh(caller, 'role'), permissions: ['files:read'] })
export const newGrant = ({ customer, place, ...caller }: Caller) => {
  const body = { user: customer.people.user.id, space: place.space.id, permissions: ['answers:ask'] }
  return create({ ...caller, customer, place }, '/v1/grants', body)
}

export const tokenOf = (caller: Caller) => ({
  spaces: [caller.place.space.id],
  scopes: ['browse', 'search'],
  subject: { external_id: fresh(caller, 'subject') },
})
export const newToken = (caller: Caller) => create(caller, '/v1/portal/tokens', tokenOf(caller))
/** Of whom there is one token. */
export async function newTokenSubject(caller: Caller): Promise<string> {
  const token = tokenOf(caller)
  await create(caller, '/v1/portal/tokens', token)
  return token.subject.external_id
}

/** By the key of the tenant: whoever has the secret accepts, with whatever key or none. */
export async function newInvitation(caller: Caller): Promise<{ id: string; secret: string }> {
  const email = `${fresh(caller, 'invited')}@example.com`
  const { api } = caller.customer.tenant
  const { status, body } = await api.post<{ id: string; secret: string }>('/v1/invitations', { email })
  idOf({ status, body })
  return body
}

/** At an address of nobody, and told of what hardly happens. */
export const webhookOf = (caller: Caller) => ({
  url: `https://nowhere.invalid/${fresh(caller, 'webhook')}`,
  types: ['space.archived'],
  space: caller.place.space.id,
})
export const newWebhook = (caller: Caller) => create(caller, '/v1/webhooks', webhookOf(caller))

/** Of what hardly happens, and so often that it is never raised. */
export const alertOf = (caller: Caller) => ({
  name: fresh(caller, 'alert'),
  types: ['space.archived'],
  threshold: 1_000_000,
  window_seconds: 60,
  space: caller.place.space.id,
})
export const newAlert = (caller: Caller) => create(caller, '/v1/alerts', alertOf(caller))

async function create({ api }: Caller, path: string, body: object): Promise<string> {
  return idOf(await api.post<{ id: string }>(path, body))
}

export async function newFile(caller: Caller): Promise<string> {
  const space = { space: caller.place.space.id }
  return idOf(await caller.api.upload<{ id: string }>(fresh(caller, 'file'), 'A file of its own.', space))
}

export const newFolder = (caller: Caller) =>
  create(caller, '/v1/folders', { space: caller.place.space.id, name: fresh(caller, 'folder') })

export async function trashedFile(caller: Caller): Promise<string> {
  const id = await newFile(caller)
  await caller.api.delete(`/v1/files/${id}`)
  return id
}

const withPages = new WeakMap<Caller['place'], Promise<string>>()

/** A PDF that has been read. Showing its pages uses nothing up, so that one does for all. */
export function fileWithPages(caller: Caller): Promise<string> {
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
