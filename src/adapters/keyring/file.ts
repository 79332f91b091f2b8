import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncDirectory, writeNew } from '#platform/durable-files.ts'
import { isUuid } from '#platform/ids.ts'
import type { Keyring, WrappedKey } from './port.ts'

/** A keyring as a directory: `<root>/<tenant>/<version>.key`, one JSON document each, synced before it counts. */
export async function openFileKeyring(root: string): Promise<Keyring> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  return {
    async read(tenantId) {
      const folder = folderOf(root, tenantId)
      const names = await readdir(folder).catch(whenMissing<string[]>([]))
      const files = names.filter((name) => /^\d+\.key$/.test(name))
      const keys = await Promise.all(
        files.map(async (name) => parse(await readFile(join(folder, name), 'utf8'))),
      )
      return keys.sort((a, b) => a.version - b.version)
    },
    async add(tenantId, key) {
      const folder = folderOf(root, tenantId)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeNew(join(folder, `${key.version}.key`), format(key))
      for (const directory of [folder, root]) await syncDirectory(directory)
    },
    async destroy(tenantId) {
      await rm(folderOf(root, tenantId), { recursive: true, force: true })
      await syncDirectory(root)
    },
    tenants: async () => (await readdir(root)).filter(isUuid),
  }
}

function folderOf(root: string, tenantId: string): string {
  if (!isUuid(tenantId)) throw new TypeError('not a tenant id')
  return join(root, tenantId)
}

function format({ version, masterId, wrapped, createdAt }: WrappedKey): string {
  return `${JSON.stringify({ version, master_id: masterId, wrapped: wrapped.toString('base64'), created_at: createdAt })}\n`
}

type Stored = { version: number; master_id: string; wrapped: string; created_at: string }

function parse(text: string): WrappedKey {
  const stored = JSON.parse(text) as Stored
  return {
    version: stored.version,
    masterId: stored.master_id,
    wrapped: Buffer.from(stored.wrapped, 'base64'),
    createdAt: new Date(stored.created_at),
  }
}

function whenMissing<T>(value: T) {
  return (error: unknown): T => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return value
    throw error
  }
}
