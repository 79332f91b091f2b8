import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { TenantScope } from '#platform/scope/index.ts'
import {
  contextOf,
  headerRange,
  openFrames,
  plainLength,
  readHeader,
  sealedLength,
  sealFrames,
  type TenantKeys,
  type Vault,
  windowOf,
} from '#platform/vault/index.ts'
import { type Blobs, type BlobStore, BlobTooLarge, type ByteRange } from './port.ts'

/**
 * Blobs sealed with the tenant's data key, in frames, so that a range can be read without the rest. Sizes and hashes
 * are those of the content.
 */
export function sealBlobs(store: BlobStore, vault: Vault): Blobs {
  return {
    async write(scope, blob, content, maxBytes) {
      const measure = measuring(maxBytes)
      const first = await vault.keysOf(scope.tenantId)
      try {
        const target = { scope, blob, maxBytes }
        const key = await writeWithNewest(store, vault, target, first, measure.pass(content))
        return { blob, key, ...measure.result() }
      } catch (error) {
        content.destroy()
        throw error
      }
    },
    // Another process may have sealed it with a key that is not remembered here yet.
    read: (scope, blob, range) =>
      open(store, scope, blob, (version) => vault.keysOf(scope.tenantId, version), range),
    size: async (scope, blob) => plainLength(await store.size(scope, blob), placeOf(scope, blob)),
    remove: store.remove,
    list: store.list,
    removeAll: store.removeAll,
  }
}

type Target = { scope: TenantScope; blob: string; maxBytes: number }

/**
 * An upload may take hours, and the key it began with may have been replaced by then, even removed from the keyring.
 * This process still has it: what was written is sealed anew before anybody is told of it.
 * @returns the version it is sealed with in the end
 */
async function writeWithNewest(
  store: BlobStore,
  vault: Vault,
  target: Target,
  keys: TenantKeys,
  content: AsyncIterable<Buffer>,
): Promise<number> {
  const { scope, blob, maxBytes } = target
  const sealed = Readable.from(sealFrames(keys.newest, placeOf(scope, blob), content), { objectMode: false })
  await store.write(scope, blob, sealed, sealedLength(maxBytes))
  const now = await vault.keysOf(scope.tenantId)
  if (now.newest.version === keys.newest.version) return now.newest.version
  return writeWithNewest(store, vault, target, now, await open(store, scope, blob, () => keys))
}

async function open(
  store: BlobStore,
  scope: TenantScope,
  blob: string,
  keysWith: (version: number) => TenantKeys | Promise<TenantKeys>,
  range?: ByteRange,
): Promise<Readable> {
  const place = placeOf(scope, blob)
  const plainBytes = plainLength(await store.size(scope, blob), place)
  const { version, nonce } = readHeader(await buffer(await store.read(scope, blob, headerRange)), place)
  const key = (await keysWith(version)).get(version)
  const last = plainBytes - 1
  const window = windowOf(plainBytes, range?.start ?? 0, Math.min(range?.end ?? last, last))
  const sealed = await store.read(scope, blob, { start: window.sealedStart, end: window.sealedEnd })
  return openFrames(sealed, { key, nonce, place, plainBytes, window })
}

function placeOf({ tenantId }: TenantScope, blob: string): string {
  return contextOf(tenantId, { table: 'blobs', row: blob, column: 'content' })
}

/** Size and hash of what passes through, before it is sealed. */
function measuring(maxBytes: number) {
  const hash = createHash('sha256')
  let sizeBytes = 0
  return {
    async *pass(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const piece of content) {
        sizeBytes += piece.byteLength
        if (sizeBytes > maxBytes) throw new BlobTooLarge(maxBytes)
        hash.update(piece)
        yield piece
      }
    },
    result: () => ({ sizeBytes, sha256: hash.digest() }),
  }
}
