import { type Api, client } from '../server/client.ts'
import { made } from '../server/replies.ts'
import type { Server } from '../server/server.ts'
import { eraseTenant } from '../statements/recreation.ts'
import { namePrefix } from '../world/name-run.ts'
import type { Keys } from './admit-keys.ts'

/** No check runs longer: what is older and has the name of one was left behind. */
export const longestRunMs = 2 * 3_600_000

type Item = { id: string; slug: string; created_at: string }
type Page = { data: Item[]; next_cursor: string | null }

/** Whether an item goes; `ageMs` by the server's own clock. */
export type Choice = (item: { slug: string; ageMs: number }) => boolean

export const ofRun =
  (name: string): Choice =>
  ({ slug }) =>
    slug.startsWith(`${name}-`)

export const leftBefore =
  (minAgeMs: number): Choice =>
  ({ slug, ageMs }) =>
    slug.startsWith(namePrefix) && ageMs >= minAgeMs

/**
 * Removes what checks have made: partners with their tenants for a platform key, spaces with their files and keys for
 * keys of tenants. Names alone decide, and only names that a check gives.
 * @returns the ids of what was removed
 */
export async function cleanUp(server: Server, keys: Keys, isChosen: Choice): Promise<string[]> {
  const removed: string[] = []
  for (const { api, item } of await findMade(server, keys, isChosen)) {
    if ('platform' in keys) await removePartner(api, item)
    else made(await api.delete(`/v1/spaces/${item.id}?force=true`), 204)
    removed.push(item.id)
  }
  return removed
}

/** What `cleanUp` would remove. */
export async function findMade(
  server: Server,
  keys: Keys,
  isChosen: Choice,
): Promise<{ api: Api; item: Item }[]> {
  const path = 'platform' in keys ? '/v1/partners' : '/v1/spaces'
  const found = []
  for (const key of 'platform' in keys ? [keys.platform] : keys.tenants) {
    const api = client(server.url, key, server.fetch)
    for (const item of await list(api, path, isChosen)) found.push({ api, item })
  }
  return found
}

async function removePartner(api: Api, { id }: Item): Promise<void> {
  const tenants = await list(api, `/v1/tenants?partner=${id}`, () => true)
  await Promise.all(tenants.map((tenant) => eraseTenant(api, tenant.id)))
  made(await api.delete(`/v1/partners/${id}`), 204)
}

async function list(api: Api, path: string, isChosen: Choice): Promise<Item[]> {
  const chosen: Item[] = []
  let cursor: string | null = null
  do {
    const from: string = cursor === null ? '' : `&cursor=${cursor}`
    const reply = await api.get<Page>(`${path}${path.includes('?') ? '&' : '?'}limit=200${from}`)
    const { data, next_cursor: next } = made(reply, 200)
    const now = Date.parse(reply.headers.get('date') ?? '')
    chosen.push(...data.filter(({ slug, created_at: at }) => isChosen({ slug, ageMs: now - Date.parse(at) })))
    cursor = next
  } while (cursor !== null)
  return chosen
}
