import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Api } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'

/** @throws Error when the bytes on disk are not as this side is said to keep them */
export async function assertStored(dataDir: string, fileBytes: number, isSealed: boolean): Promise<void> {
  const entries = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))))
  if (sizes.some(({ size }) => size === fileBytes) === isSealed)
    throw new Error(`files are ${isSealed ? 'not ' : ''}sealed where they should${isSealed ? '' : ' not'} be`)
}

/** How many indexes a server has loaded from nothing. */
export async function countLoads(api: Api): Promise<number> {
  const text = expectStatus(200, await api.get<string>('/metrics'))
  return Number(/^\w*search_index_loads_total (\d+)/m.exec(text)?.[1])
}

/** @throws Error when the large index was not loaded in each of its turns, or the small one was in one of its own */
export function assertLoads(loads: number, turns: number): void {
  if (loads !== turns)
    throw new Error(`indexes were loaded ${loads} times in ${turns} turns: other sizes are needed to time it`)
}
