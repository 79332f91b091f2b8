import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { syncDirectory } from '#platform/durable-files.ts'
import { isUuid } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import { BlobMissing, type BlobStore, BlobTooLarge, type OpenedBlob } from './port.ts'

const abandonedAfterMs = 24 * 3600 * 1000
/** Bytes that are collected before they are written. */
const writeBytes = 1024 * 1024

/**
 * Blobs as files: `<root>/<tenant>/<last two of the name>/<name>`. Written to a temporary file, synced, then renamed,
 * so that a crash leaves the whole of it or nothing.
 */
export async function openFileSystemBlobs(root: string): Promise<BlobStore> {
  await mkdir(join(root, 'incoming'), { recursive: true, mode: 0o700 })
  await removeAbandoned(join(root, 'incoming'))
  return {
    write: (scope, blob, content, maxBytes) => {
      const path = pathOf(root, scope, blob)
      return write(join(root, 'incoming', incomingName(scope, blob)), path, content, maxBytes)
    },
    open: (scope, blob) => openBlob(pathOf(root, scope, blob)),
    remove: (scope, blob) => rm(pathOf(root, scope, blob), { force: true }),
    list: (scope) => list(join(root, scope.tenantId)),
    removeAll: (scope) => removeAll(root, scope),
    tenants: () => listTenants(root),
  }
}

/** Both parts are checked to be ids: no name from outside ever becomes a path. */
function pathOf(root: string, { tenantId }: TenantScope, blob: string): string {
  if (!isUuid(tenantId) || !isUuid(blob)) throw new TypeError('not a blob name')
  return join(root, tenantId, blob.slice(-2), blob)
}

function incomingName({ tenantId }: TenantScope, blob: string): string {
  return `${tenantId}.${blob}`
}

async function write(
  temporary: string,
  path: string,
  content: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<void> {
  try {
    await writeAndSync(temporary, content, maxBytes)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await rename(temporary, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true })
    if (!isMissing(error)) throw error
    await removeEmpty([dirname(path), dirname(dirname(path))])
    throw new BlobMissing()
  }
}

/** Made for what was to come: of a tenant whose all was removed not even a folder stays. */
async function removeEmpty(folders: string[]): Promise<void> {
  for (const folder of folders) await rmdir(folder).catch(() => {})
}

async function writeAndSync(path: string, content: AsyncIterable<Buffer>, maxBytes: number): Promise<void> {
  let sizeBytes = 0
  let collected: Buffer[] = []
  let collectedBytes = 0
  const handle = await open(path, 'wx', 0o600)
  try {
    for await (const piece of content) {
      sizeBytes += piece.byteLength
      if (sizeBytes > maxBytes) throw new BlobTooLarge(maxBytes)
      collected.push(piece)
      collectedBytes += piece.byteLength
      if (collectedBytes < writeBytes) continue
      await handle.writev(collected)
      collected = []
      collectedBytes = 0
    }
    if (collectedBytes > 0) await handle.writev(collected)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function openBlob(path: string): Promise<OpenedBlob> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw isMissing(error) ? new BlobMissing() : error
  })
  const { size: sizeBytes } = await handle.stat()
  return {
    sizeBytes,
    read: (start, length) => readFully(handle, start, Math.max(0, Math.min(length, sizeBytes - start))),
    close: () => handle.close(),
  }
}

async function readFully(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

async function* list(folder: string): AsyncIterable<string> {
  const shards = await readdir(folder).catch(() => [])
  for (const shard of shards) yield* await readdir(join(folder, shard))
}

async function listTenants(root: string): Promise<string[]> {
  const names = [...(await readdir(root)), ...(await readdir(join(root, 'incoming')))]
  return [...new Set(names.map((name) => name.split('.', 1)[0] ?? '').filter(isUuid))]
}

/** What comes in meanwhile finds its temporary file gone. */
async function removeAll(root: string, scope: TenantScope): Promise<void> {
  const incoming = join(root, 'incoming')
  for (const name of await readdir(incoming)) {
    if (name.startsWith(incomingName(scope, ''))) await rm(join(incoming, name), { force: true })
  }
  await rm(join(root, scope.tenantId), { recursive: true, force: true })
  await syncDirectory(root)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Uploads that a crash cut off. A younger one may be another process's, still coming in. */
async function removeAbandoned(incoming: string) {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > abandonedAfterMs) await rm(path, { force: true })
  }
}
