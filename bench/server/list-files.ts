import type { Api } from '#isolation/server/client.ts'
import { until } from '../../test/support/wait.ts'
import { expectStatus } from './create-tenant.ts'

export type ListedFile = {
  id: string
  name: string
  external_id: string | null
  status: string
  failure: { reason: string; message: string } | null
  sha256: string
  page_count: number | null
  chunk_count: number | null
}

type Page<Item> = { data: Item[]; next_cursor: string | null }

/** Everything a paged route has. `path` may bring a query of its own. */
export async function listAll<Item>(api: Api, path: string): Promise<Item[]> {
  const items: Item[] = []
  const first = `${path}${path.includes('?') ? '&' : '?'}limit=200`
  for (let next: string | undefined = first; next !== undefined;) {
    const page: Page<Item> = expectStatus(200, await api.get<Page<Item>>(next))
    items.push(...page.data)
    next = page.next_cursor === null ? undefined : `${first}&cursor=${encodeURIComponent(page.next_cursor)}`
  }
  return items
}

export function listFiles(api: Api, space = '*'): Promise<ListedFile[]> {
  return listAll<ListedFile>(api, `/v1/files?space=${encodeURIComponent(space)}`)
}

const unfinished = ['queued', 'extracting', 'indexing']

/** Waits until every file of the tenant is ready or failed. @throws Error when that takes longer */
export async function waitUntilRead(api: Api, timeoutMs: number): Promise<void> {
  await until(
    'every file is read',
    async () => {
      for (const status of unfinished) {
        const reply = await api.get<Page<ListedFile>>(`/v1/files?space=*&limit=1&status=${status}`)
        if (expectStatus(200, reply).data.length > 0) return undefined
      }
      return true
    },
    timeoutMs,
  )
}
