import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile, syncDirectory, writeNew } from '#platform/durable-files.ts'
import { isUuid } from '#platform/ids.ts'
import { type Keyring, KeyNotAdded, type WrappedKey } from './port.ts'

/** A keyring as a directory: `<root>/<tenant>/<version>.key`, one JSON document each, synced before it counts. */
export async function openFileKeyring(root: string): Promise<Keyring> {
  await mkdir(root, { recursive: true, mode: 0o700 })
  const tenants = async () => (await readdir(root)).filter(isUuid)
  return {
    prepare: () => finishDestroying(root),
    read: (tenantId) => readAll(folderOf(root, tenantId)),
    add: (tenantId, key) => add(root, tenantId, key),
    rewrap: (tenantId, key, formerId) => rewrap(folderOf(root, tenantId), key, formerId),
    removeBelow: (tenantId, version) => removeBelow(folderOf(root, tenantId), version),
    destroy: (tenantId) => destroy(root, tenantId),
    tenants,
    countByMaster: async () => {
      const counts = new Map<string, number>()
      for (const tenantId of await tenants()) {
        for (const { masterId } of await readAll(folderOf(root, tenantId)))
          counts.set(masterId, (counts.get(masterId) ?? 0) + 1)
      }
      return counts
    },
    close: () => Promise.resolve(),
  }
}

async function readAll(folder: string): Promise<WrappedKey[]> {
  const keys = await Promise.all((await versionsIn(folder)).map((version) => readKey(folder, version)))
  return keys.filter((key) => key !== undefined).sort((a, b) => a.version - b.version)
}

async function add(root: string, tenantId: string, key: WrappedKey): Promise<void> {
  const folder = folderOf(root, tenantId)
  if (key.version === 1) await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeNew(fileOf(folder, key.version), format(key)).catch((error: unknown) => {
    throw isCode(error, 'EEXIST') || isCode(error, 'ENOENT') ? new KeyNotAdded(tenantId, key.version) : error
  })
  for (const directory of [folder, root]) await syncDirectory(directory)
}

async function rewrap(folder: string, key: WrappedKey, formerId: string): Promise<void> {
  const present = await readKey(folder, key.version)
  if (present?.masterId !== formerId) return
  await replaceFile(fileOf(folder, key.version), format(key)).catch(ignoring('ENOENT'))
}

/** With what a crash left beside them: it holds the same keys. */
async function removeBelow(folder: string, version: number): Promise<void> {
  const names = await readdir(folder).catch(ignoring('ENOENT'))
  if (!names) return
  const old = names.filter((name) => Number(/^(\d+)\.key/.exec(name)?.[1] ?? version) < version)
  for (const name of old) await rm(join(folder, name), { force: true })
  await syncDirectory(folder)
}

/** Renamed first: whoever adds to or rewraps keys of this tenant at the same time finds its folder gone as a whole. */
async function destroy(root: string, tenantId: string): Promise<void> {
  const doomed = join(root, `${doomedMark}${randomUUID()}`)
  await rename(folderOf(root, tenantId), doomed).catch(ignoring('ENOENT'))
  await rm(doomed, { recursive: true, force: true })
  await syncDirectory(root)
}

const doomedMark = 'destroyed-'

/** What a crash left of a folder that was being destroyed. */
async function finishDestroying(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(doomedMark)) await rm(join(root, name), { recursive: true, force: true })
  }
}

async function versionsIn(folder: string): Promise<number[]> {
  const names = (await readdir(folder).catch(ignoring('ENOENT'))) ?? []
  return names.filter((name) => /^\d+\.key$/.test(name)).map((name) => Number.parseInt(name, 10))
}

/** Undefined when it was removed meanwhile. */
async function readKey(folder: string, version: number): Promise<WrappedKey | undefined> {
  const text = await readFile(fileOf(folder, version), 'utf8').catch(ignoring('ENOENT'))
  return text === undefined ? undefined : parse(text)
}

function fileOf(folder: string, version: number): string {
  return join(folder, `${version}.key`)
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

function ignoring(code: string) {
  return (error: unknown): undefined => {
    if (!isCode(error, code)) throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
