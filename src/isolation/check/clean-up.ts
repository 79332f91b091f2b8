import { type Api, client } from '../server/client.ts'
import { made } from '../server/replies.ts'
import type { Server } from '../server/server.ts'
import { eraseTenant } from '../statements/recreation.ts'
import { namePrefix } from '../world/name-run.ts'
import type { Keys } from './admit-keys.ts'

/** No check runs longer: what is older and has the name of one was left behind. */
export const longestRunMs = 2 * 3_600_000

type Item = { id: string; created_at: string; status?: string } & { [name: string]: unknown }
type Page = { data: Item[]; next_cursor: string | null }

/** What a check makes at the top of a platform, or of a tenant that was there before. */
type Kind = {
  path: string
  /** What begins with the name of the run. */
  nameOf: (item: Item) => unknown
  remove: (api: Api, path: string, item: Item) => Promise<void>
}

const remove = async (api: Api, path: string, { id }: Item) =>
  void made(await api.delete(`${path}/${id}`), 204)
/** It stays in the list, as one that has ended. */
const end = async (api: Api, path: string, { id }: Item) => void made(await api.delete(`${path}/${id}`), 200)

const partners: Kind = { path: '/v1/partners', nameOf: ({ slug }) => slug, remove: removePartner }
const inTenants: Kind[] = [
  {
    path: '/v1/spaces',
    nameOf: ({ slug }) => slug,
    remove: async (api, path, { id }) => void made(await api.delete(`${path}/${id}?force=true`), 204),
  },
  { path: '/v1/users', nameOf: ({ name }) => name, remove },
  { path: '/v1/groups', nameOf: ({ name }) => name, remove },
  { path: '/v1/roles', nameOf: ({ slug }) => slug, remove },
  { path: '/v1/invitations', nameOf: ({ status, email }) => status === 'open' && email, remove: end },
  {
    path: '/v1/portal/tokens',
    nameOf: ({ status, subject }) => status === 'active' && (subject as { external_id: string }).external_id,
    remove: end,
  },
]

/** Whether an item goes; `ageMs` by the server's own clock. */
export type Choice = (item: { name: string; ageMs: number }) => boolean

export const ofRun =
  (name: string): Choice =>
  (item) =>
    item.name.startsWith(`${name}-`)

export const leftBefore =
  (minAgeMs: number): Choice =>
  ({ name, ageMs }) =>
    name.startsWith(namePrefix) && ageMs >= minAgeMs

/**
 * Removes what checks have made: partners with their tenants for a platform key; spaces with their files and keys, people and
 * tokens for keys of tenants. Names alone decide, and only names that a check gives.
 * @returns the ids of what was removed
 */
export async function cleanUp(server: Server, keys: Keys, isChosen: Choice): Promise<string[]> {
  const removed: string[] = []
  for (const { api, kind, item } of await findMade(server, keys, isChosen)) {
    await kind.remove(api, kind.path, item)
    removed.push(item.id)
  }
  return removed
}

type Found = { api: Api; kind: Kind; item: Item }

/** What `cleanUp` would remove. */
export async function findMade(server: Server, keys: Keys, isChosen: Choice): Promise<Found[]> {
  const [holders, kinds] = 'platform' in keys ? [[keys.platform], [partners]] : [keys.tenants, inTenants]
  const found: Found[] = []
  for (const key of holders) {
    const api = client(server.url, key, server.fetch)
    for (const kind of kinds) {
      for (const item of await list(api, kind.path, kind.nameOf, isChosen)) found.push({ api, kind, item })
    }
  }
  return found
}

async function removePartner(api: Api, path: string, { id }: Item): Promise<void> {
  const tenants = await list(
    api,
    `/v1/tenants?partner=${id}`,
    ({ slug }) => slug,
    () => true,
  )
  await Promise.all(tenants.map((tenant) => eraseTenant(api, tenant.id)))
  await remove(api, path, { id, created_at: '' })
}

async function list(api: Api, path: string, nameOf: Kind['nameOf'], isChosen: Choice): Promise<Item[]> {
  const chosen: Item[] = []
  let cursor: string | null = null
  do {
    const from: string = cursor === null ? '' : `&cursor=${cursor}`
    const reply = await api.get<Page>(`${path}${path.includes('?') ? '&' : '?'}limit=200${from}`)
    const { data, next_cursor: next } = made(reply, 200)
    const now = Date.parse(reply.headers.get('date') ?? '')
    const ageOf = ({ created_at: at }: Item) => now - Date.parse(at)
    chosen.push(...data.filter((item) => isChosen({ name: String(nameOf(item)), ageMs: ageOf(item) })))
    cursor = next
  } while (cursor !== null)
  return chosen
}
